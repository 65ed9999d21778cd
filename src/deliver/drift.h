#pragma once

#include <string>
#include <vector>

#include "deliver/carrier.h"
#include "deliver/vault.h"
#include "store/sqlite/outbox.h"

namespace tidemark {

/// A field of an account that holds something else than what it was given last.
struct DriftedField {
  std::string field;
  std::string told;
  std::string held;
};

/// An account that the other end knows otherwise than it was told, or not at all.
struct DriftedAccount {
  std::string account;
  bool is_missing = false;
  std::vector<DriftedField> fields = {};  // none where it is missing
};

struct Drift {
  std::int64_t compared = 0;
  std::int64_t waiting = 0;              // accounts not compared, as news of them waits
  std::vector<DriftedAccount> accounts;  // by name
};

/// Reads back what a destination holds of all accounts it was told of, a batch at a time, and
/// compares, at the pace of its kind. Fails as `Carrier::held` does, and with `interrupted` once it
/// is not to go on.
Result<Drift> drift_of(Outbox& outbox, const Vault& vault, const Destination& destination,
                       const Clock& clock, const std::function<bool()>& goes_on,
                       SendRequest send = &ask);

/// Puts what these accounts were told last into the outbox once more; how many. Those of which news
/// waits are passed over: it says more.
Result<std::int64_t> repair(Outbox& outbox, const Destination& destination, const Drift& drift,
                            Instant now);

/// Whether two texts say the same: numbers by their value.
bool is_alike(const std::string& told, const std::string& held);

}  // namespace tidemark
