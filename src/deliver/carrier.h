#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "deliver/verdict.h"
#include "model/account_news.h"
#include "net/http_client.h"
#include "wire/json.h"

namespace tidemark {

/// The secrets of a destination, as they are.
struct OpenSecrets {
  std::string secret;
  std::string previous;  // empty: none
};

/// Deliveries on their way to their destination together.
struct Shipment {
  const Destination& destination;
  const OpenSecrets& secrets;
  const std::vector<Parcel>& deliveries;
  int before = 0;       // attempts before this one
  double jitter = 0.5;  // from 0 up to 1
  const Clock& clock;
};

/// Why one of several deliveries was not taken while the others were.
struct Declined {
  std::string problem;    // in the other end's words; empty: it was taken
  bool may_pass = false;  // of itself: it is tried again
};

/// What became of a shipment.
struct Carried {
  Verdict verdict;
  std::vector<Declined> refusals = {};            // by place, where the whole was taken; else empty
  int status = 0;                                 // of the answer; 0: there was none
  std::optional<Error> no_answer = std::nullopt;  // why, then
};

/// The fields of accounts as the other end holds them, as texts: empty for nothing. Accounts it
/// does not know are not there.
using Holdings = std::map<std::string, std::map<std::string, std::string>>;

/// Brings deliveries to one kind of destination, one shipment at a time; may keep what it needs for
/// the next one, a token or a connection.
class Carrier {
 public:
  virtual ~Carrier() = default;

  virtual Carried carry(const Shipment& shipment) = 0;

  /// What the other end holds of these accounts, of the destination's fields; it is asked without a
  /// change of anything. Fails with `invalid_input` for kinds that do not say.
  virtual Result<Holdings> held(const Destination& destination, const OpenSecrets& secrets,
                                const std::vector<std::string>& accounts, const Clock& clock);

  /// What would be sent, as people may see it: without what is secret.
  virtual std::string words(const Shipment& shipment) = 0;
};

/// How requests are sent; not by the net in tests.
using SendRequest = std::function<Result<HttpReply>(const ClientRequest&)>;
/// Waits so long; false: it is to come to an end.
using Pause = std::function<bool(std::chrono::milliseconds)>;
/// Where the accounts a destination is told of stand on a published day.
using StandingsOn = std::function<Result<std::vector<AccountNews>>(const Destination&, Day)>;

/// The users of an account who did anything within a while before a day.
using MembersOf = std::function<Result<std::vector<std::string>>(const std::string& account, Day)>;

bool sleep_for(std::chrono::milliseconds wait);  // and true

/// What carriers reach beyond the deliveries themselves.
struct Outside {
  SendRequest send = &ask;
  Pause pause = &sleep_for;
  std::filesystem::path folder = {};  // of the workspace
  StandingsOn standings = {};         // for kinds that write all accounts at once
  MembersOf members = {};             // for kinds that know users alone
};

std::unique_ptr<Carrier> carrier_for(DestinationKind kind, Outside outside = {});

/// What no answer comes to: tried again, but where the address is refused (`invalid_input`) the
/// destination is paused.
Carried unanswered(const Shipment& shipment, const Error& why);

/// The text an answer has under a key; empty where it has none.
std::string text_at(const Json& object, const char* key);
/// A value that was read back, as text; empty for nothing.
std::string held_text(const Json& value);
/// The destination's fields of a record that was read back.
std::map<std::string, std::string> held_fields(const Destination& destination, const Json& record);

/// The same text with a secret replaced wherever it stands.
void mask(std::string& text, const std::string& secret);

}  // namespace tidemark
