#pragma once

#include "deliver/carrier.h"

namespace tidemark {

/// Carries by one request: webhooks, Slack, HubSpot, Customer.io, Intercom, Segment.
class HttpCarrier final : public Carrier {
 public:
  explicit HttpCarrier(SendRequest send) : send_(std::move(send)) {}

  Carried carry(const Shipment& shipment) override;
  /// Of HubSpot.
  Result<Holdings> held(const Destination& destination, const OpenSecrets& secrets,
                        const std::vector<std::string>& accounts, const Clock& clock) override;
  std::string words(const Shipment& shipment) override;

 private:
  Result<Holdings> held_by_hubspot(const Destination& destination, const OpenSecrets& secrets,
                                   const std::vector<std::string>& accounts);
  Result<Holdings> held_by_intercom(const Destination& destination, const OpenSecrets& secrets,
                                    const std::vector<std::string>& accounts);

  SendRequest send_;
};

}  // namespace tidemark
