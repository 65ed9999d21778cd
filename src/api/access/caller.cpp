#include "api/access/caller.h"

#include <algorithm>
#include <array>

namespace tidemark {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 5> kScopes = {"none", "read", "write", "admin", "owner"};
constexpr std::array<std::string_view, 5> kRoles = {"none", "viewer", "analyst", "admin", "owner"};

template <std::size_t count>
std::optional<Access> named(const std::array<std::string_view, count>& names, std::string_view name,
                            std::size_t most) {
  const auto found = std::ranges::find(names, name) - names.begin();
  const auto place = static_cast<std::size_t>(found);
  if (place == 0 || place > most) return std::nullopt;
  return static_cast<Access>(place);
}

}  // namespace

std::string_view scope_name(Access access) { return kScopes[static_cast<std::size_t>(access)]; }
std::string_view role_name(Access access) { return kRoles[static_cast<std::size_t>(access)]; }
std::optional<Access> scope_named(std::string_view name) { return named(kScopes, name, 3); }
std::optional<Access> role_named(std::string_view name) { return named(kRoles, name, 4); }

}  // namespace tidemark
