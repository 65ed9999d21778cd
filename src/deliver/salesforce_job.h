#pragma once

#include <variant>

#include "deliver/carrier.h"

namespace tidemark {

/// Of its API, in addresses.
inline constexpr std::string_view kSalesforceVersion = "v62.0";

/// Sends a request whose address begins behind that of the organisation. What became of the
/// shipment, where nobody was let in or no answer came.
using AskSalesforce = std::function<std::variant<HttpReply, Carried>(ClientRequest)>;

/// Writes the fields of many accounts by a job of Salesforce's Bulk API 2.0 (upsert, CSV), and
/// waits until it is done, for half an hour at most: a job that is not, or whose end is not
/// awaited, is aborted, so that it does not write later over what is newer.
Carried carry_by_job(const Shipment& shipment, const AskSalesforce& ask_it, const Pause& pause);

/// Why a record was not taken, in Salesforce's words, and whether only at a bad moment: by the code
/// they begin with.
Declined declined_record(std::string words);

}  // namespace tidemark
