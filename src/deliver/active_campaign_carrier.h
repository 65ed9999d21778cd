#pragma once

#include <variant>

#include "deliver/carrier.h"

namespace tidemark {

/// Writes fields of accounts in ActiveCampaign, which knows no ids of others: an account there is
/// the one whose name is the account's id, or what the field `name` is given; one that is not there
/// is made. Custom fields are found by their labels. One account a request, after one that looks
/// for it the first time.
class ActiveCampaignCarrier final : public Carrier {
 public:
  ActiveCampaignCarrier(SendRequest send, Pause pause)
      : send_(std::move(send)), pause_(std::move(pause)) {}

  Carried carry(const Shipment& shipment) override;
  std::string words(const Shipment& shipment) override;

 private:
  /// The answer to a request of the API; what became of the shipment, where it is none of success.
  std::variant<Json, Carried> answer(const Shipment& shipment, const ClientRequest& letter);
  /// Shows the entries of a list, page by page, until it is told to stop; what became of the
  /// shipment, where there is none.
  std::optional<Carried> for_each(const Shipment& shipment, const std::string& question,
                                  const char* list, const std::function<bool(const Json&)>& visit);
  /// Learns the numbers of the destination's fields; what became of it, where one is not there.
  std::optional<Carried> learn_fields(const Shipment& shipment);
  /// The number of the account there; empty: it is not there.
  std::variant<std::string, Carried> number_of(const Shipment& shipment, const std::string& name);
  Json body_of(const Shipment& shipment, const std::string& name) const;

  SendRequest send_;
  Pause pause_;
  std::string known_of_;                       // the address, secret and fields they are numbers of
  std::map<std::string, std::string> fields_;  // by label
  std::map<std::string, std::string> accounts_;  // by name
  int status_ = 0;                               // of the last answer
};

}  // namespace tidemark
