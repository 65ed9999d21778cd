#pragma once

#include <variant>

#include "deliver/carrier.h"

namespace tidemark {

/// Writes fields of accounts in Salesforce, found by a field that is an external id: up to two
/// hundred records a call by its collections, more of them by a job of its Bulk API 2.0. Lets
/// itself in by the client credentials of a connected app, and again where a token has run out.
/// Records that Salesforce does not know it would make; that takes a name, which is not given, so
/// it refuses them.
class SalesforceCarrier final : public Carrier {
 public:
  SalesforceCarrier(SendRequest send, Pause pause)
      : send_(std::move(send)), pause_(std::move(pause)) {}

  Carried carry(const Shipment& shipment) override;
  Result<Holdings> held(const Destination& destination, const OpenSecrets& secrets,
                        const std::vector<std::string>& accounts, const Clock& clock) override;
  std::string words(const Shipment& shipment) override;

 private:
  /// Where the organisation is, and what lets in.
  struct Door {
    std::string url;      // it was asked for by
    std::string secrets;  // it was opened with
    std::string instance;
    std::string token;
  };

  /// Asks for a token, unless there is one; what came of it where there is none.
  std::optional<Carried> open(const Shipment& shipment);

  /// The answer to a letter whose address begins behind that of the organisation; asked once more
  /// where the token has run out. What came of it, where there is no token or no answer.
  std::variant<HttpReply, Carried> answer(const Shipment& shipment, ClientRequest letter);

  SendRequest send_;
  Pause pause_;
  std::optional<Door> door_;
};

}  // namespace tidemark
