#pragma once

#include "deliver/carrier.h"

namespace tidemark {

/// Writes fields of accounts in Salesforce by its collections: up to two hundred records a call,
/// found by a field that is an external id. Lets itself in by the client credentials of a connected
/// app, and again where a token has run out. Records that Salesforce does not know it would make;
/// that takes a name, which is not given, so it refuses them.
class SalesforceCarrier final : public Carrier {
 public:
  explicit SalesforceCarrier(SendRequest send) : send_(std::move(send)) {}

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

  SendRequest send_;
  std::optional<Door> door_;
};

}  // namespace tidemark
