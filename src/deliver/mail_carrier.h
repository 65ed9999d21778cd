#pragma once

#include "deliver/carrier.h"

namespace tidemark {

/// Sends e-mails by a server of the company's, each delivery one, to all the destination's
/// recipients. A delivery's body holds `subject`, `text` and `html`.
class MailCarrier final : public Carrier {
 public:
  Carried carry(const Shipment& shipment) override;
  std::string words(const Shipment& shipment) override;
};

}  // namespace tidemark
