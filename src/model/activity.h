#pragma once

#include <cstddef>
#include <cstdint>

namespace tidemark {

/// An account's place in the store's list of accounts, from 0, in order of first arrival. Never
/// reused.
using AccountNumber = std::uint32_t;

/// Stands for no account: an event that waits until its user's account is known.
inline constexpr AccountNumber kNoAccount = 0xFFFFFFFF;

/// An event name's place in the store's list of event names, from 0. Every event name is a signal.
using SignalNumber = std::uint16_t;

/// Accounts from `first` up to before `end`.
struct AccountRange {
  AccountNumber first = 0;
  AccountNumber end = kNoAccount;

  bool is_all() const { return first == 0 && end == kNoAccount; }
  bool contains(AccountNumber account) const { return first <= account && account < end; }
};

inline constexpr std::size_t kMostSignals = 65'535;

}  // namespace tidemark
