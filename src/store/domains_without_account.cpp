#include "store/domains_without_account.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace tidemark {

std::vector<std::string> domains_without_account(std::vector<std::string> domains,
                                                 const std::vector<std::string>& account_ids) {
  std::unordered_set<std::string> names;
  for (std::string name : account_ids) {
    std::ranges::transform(name, name.begin(), [](unsigned char character) {
      return static_cast<char>(std::tolower(character));
    });
    names.insert(std::move(name));
  }
  std::erase_if(domains, [&](const std::string& domain) { return names.contains(domain); });
  return domains;
}

}  // namespace tidemark
