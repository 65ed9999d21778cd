#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/destination.h"

namespace tidemark {

namespace sqlite {
class Connection;
}

/// Destinations, and what is to be delivered to them. What was put in stays until it is delivered
/// or dead, whatever dies in between. Safe to use from several threads.
class Outbox {
 public:
  explicit Outbox(sqlite::Connection& connection) : connection_(connection) {}

  /// Keeps a new destination; fails with `conflict` where one has that name.
  Result<void> add(const Destination& destination);
  /// Keeps its settings anew; what waits stays. Where accounts stand by other fields, or for
  /// another audience, is found missing again.
  Result<void> change(const Destination& destination);
  Result<std::vector<Destination>> destinations();  // by name
  /// Fails with `not_found` where there is none.
  Result<Destination> destination(const std::string& name);
  /// With what waits for it and what it was told.
  Result<void> remove(const std::string& name);
  /// `why` is empty where a person pauses it.
  Result<void> pause(const std::string& name, const std::string& why);
  Result<void> resume(const std::string& name);

  /// Puts deliveries in and notes up to which day they are: all or nothing. One whose id was put in
  /// before is passed over. With `replaces_waiting` one of an account takes the place of what waits
  /// for it.
  /// Nothing of it where the destination is no longer told by the fields, or of the audience, that
  /// they were made for.
  Result<void> fill(const Destination& destination, Day until,
                    const std::vector<Parcel>& deliveries, bool replaces_waiting);
  /// Puts deliveries in that do not follow from a day alone: all or nothing, each id once.
  Result<void> put(const std::string& destination, const std::vector<Parcel>& deliveries);
  /// What waits for these accounts, or was refused, is no longer wanted.
  Result<void> withdraw(const std::string& destination, const std::vector<std::string>& accounts);
  /// What these accounts were told no longer counts: nobody is told of them there.
  Result<void> forget_told(const std::string& destination,
                           const std::vector<std::string>& accounts);
  /// The next to try, oldest first and what is backfill last, of each account the oldest alone;
  /// none of a paused destination.
  Result<std::vector<Parcel>> due(const std::string& destination, Instant now, int most);
  /// When the first of them is due; none: nothing waits, or it is paused.
  Result<std::optional<Instant>> next_due(const std::string& destination);
  /// Notes what an attempt came to, all or nothing. What is delivered is what its account was told.
  Result<void> settle(const std::vector<Parcel>& tried, const std::vector<ParcelOutcome>& outcomes,
                      Instant now);

  /// Nothing of the account is told to anybody from now on: what waits, or was refused, is
  /// withdrawn, and what is put in for it is passed over.
  Result<void> silence(const Silenced& silenced);
  /// Fails with `not_found` where it is told of.
  Result<void> tell_again(const std::string& account);
  Result<std::vector<Silenced>> silenced();  // by account
  /// Accounts of which something waits.
  Result<std::vector<std::string>> waited_for(const std::string& destination);

  /// Days after this one are no longer published: what waits of them is withdrawn, and they are
  /// missing again when they are published. What was delivered of them already, oldest first.
  Result<std::vector<Parcel>> take_back_after(Day last);

  /// What accounts were told last, by account: the bodies.
  Result<std::map<std::string, std::string>> told(const std::string& destination);

  /// Newest first; of a destination, in a state, where they are named.
  Result<std::vector<Parcel>> deliveries(const std::string& destination,
                                         std::optional<ParcelState> state, int most);
  struct Counts {
    std::int64_t waiting = 0;
    std::int64_t delivered = 0;
    std::int64_t dead = 0;
  };
  Result<Counts> counts(const std::string& destination);
  /// Tries dead ones again: one by its number, or all of the destination. How many.
  Result<int> retry(const std::string& destination, std::optional<std::int64_t> number,
                    Instant now);

 private:
  sqlite::Connection& connection_;
};

}  // namespace tidemark
