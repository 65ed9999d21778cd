#pragma once

#include <string>
#include <vector>

#include "model/definition.h"
#include "store/store.h"

namespace tidemark {

/// What the exclusions of a definition keep out of every score: events, and whose they are.
struct ExclusionReport {
  /// Of one pattern, or one flag; an event may fit several.
  struct Rule {
    enum class Of : std::uint8_t { users, accounts, flags };
    Of of = Of::users;
    std::string pattern;
    std::uint64_t events = 0;
    std::uint64_t users = 0;
    std::uint64_t accounts = 0;
    std::vector<std::string> examples;  // users, or accounts: at most five, in order of their ids
  };
  std::vector<Rule> rules;              // users, accounts, flags, each in the definition's order
  std::uint64_t events = 0;             // of all accounts that are known
  std::uint64_t excluded = 0;           // by any of the rules
  std::vector<std::string> left_empty;  // accounts with nothing but excluded events: at most twenty
  std::uint64_t left_empty_count = 0;
};

Result<ExclusionReport> report_exclusions(Store& store, const Definition& definition);

}  // namespace tidemark
