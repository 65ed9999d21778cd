#pragma once

#include "deliver/carrier.h"

namespace tidemark {

/// Writes where accounts stand as attributes of their users, whom alone Braze knows: of those who
/// were active of late, and whom it knows already. Seventy-five users a request. A user who comes
/// later is told with the account's next change.
class BrazeCarrier final : public Carrier {
 public:
  BrazeCarrier(SendRequest send, MembersOf members)
      : send_(std::move(send)), members_(std::move(members)) {}

  Carried carry(const Shipment& shipment) override;
  std::string words(const Shipment& shipment) override;

 private:
  /// A user's attributes, and the place of its account among the deliveries.
  struct Attributes {
    std::size_t place;
    Json attributes;
  };
  Result<std::vector<Attributes>> attributes_of(const Shipment& shipment) const;

  SendRequest send_;
  MembersOf members_;  // none: an account is its only user, as in tests
};

}  // namespace tidemark
