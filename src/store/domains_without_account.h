#pragma once

#include <string>
#include <vector>

namespace tidemark {

/// Of these domains those that become accounts of their own: no account is named like them,
/// whatever the case of its letters.
std::vector<std::string> domains_without_account(std::vector<std::string> domains,
                                                 const std::vector<std::string>& account_ids);

}  // namespace tidemark
