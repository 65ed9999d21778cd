#pragma once

#include <string_view>

#include "collect/numbered_names.h"
#include "model/email_domain.h"

namespace tidemark {

/// Makes an account of each company's e-mail domain that is seen, where a workspace lets users
/// count by their domain.
class DomainAccounts {
 public:
  DomainAccounts(NumberedNames& accounts, bool is_on) : accounts_(accounts), is_on_(is_on) {}

  /// Whether the text is an address by which its user counts.
  bool note(std::string_view address) {
    if (!is_on_ || address.find('@') == std::string_view::npos) return false;
    const auto domain = company_domain(address);
    if (domain) accounts_.number_of(*domain);
    return domain.has_value();
  }

  /// What is stated of a user, in JSON.
  void note_property(std::string_view name, std::string_view json) {
    if (name != "email" || json.size() < 2 || !json.starts_with('"')) return;
    note(json.substr(1, json.size() - 2));
  }

 private:
  NumberedNames& accounts_;
  bool is_on_;
};

}  // namespace tidemark
