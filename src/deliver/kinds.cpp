#include "deliver/kinds.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tidemark {
namespace {

using std::chrono::milliseconds;

// Limits as the vendors state them: Slack one message a second; HubSpot a hundred companies a
// request, a hundred requests in ten seconds for all of a portal's apps together; Customer.io half
// a megabyte a request, a hundred a second; Intercom one company a request, ten thousand a minute;
// Segment half a megabyte a request; Salesforce two hundred records a call, whose number a day is
// limited, and ten thousand a batch of Bulk API 2.0, which it advises from two thousand on;
// ActiveCampaign five requests a second.
constexpr std::array kKinds{
    KindOfDestination{DestinationKind::webhook, "webhook", Telling::moves, 1, milliseconds{20},
                      false, "the secret it signs with"},
    KindOfDestination{DestinationKind::slack, "slack", Telling::digest, 1, milliseconds{1'100},
                      true, "the address of the incoming webhook"},
    KindOfDestination{DestinationKind::hubspot, "hubspot", Telling::standings, 100,
                      milliseconds{200}, true, "the service key or the token of the app"},
    KindOfDestination{DestinationKind::customer_io, "customer.io", Telling::standings, 100,
                      milliseconds{100}, true,
                      "the site id and the tracking key, with a colon between"},
    KindOfDestination{DestinationKind::intercom, "intercom", Telling::standings, 1,
                      milliseconds{10}, true, "the access token"},
    KindOfDestination{DestinationKind::segment, "segment", Telling::standings, 100,
                      milliseconds{100}, true, "the write key"},
    KindOfDestination{
        DestinationKind::salesforce, "salesforce", Telling::standings, 200, milliseconds{500}, true,
        "the consumer key and secret of the connected app, with a colon between", 10'000, 2'000},
    KindOfDestination{DestinationKind::email, "email", Telling::digest, 1, milliseconds{1'000},
                      false, "the user and password of the mail server, with a colon between"},
    KindOfDestination{DestinationKind::postgresql, "postgresql", Telling::standings, 500,
                      milliseconds{10}, false, "the password of the database's user"},
    KindOfDestination{DestinationKind::braze, "braze", Telling::standings, 25, milliseconds{10},
                      true, "the REST API key, which may track users"},
    KindOfDestination{DestinationKind::active_campaign, "activecampaign", Telling::standings, 1,
                      milliseconds{200}, true, "the API key"},
    KindOfDestination{DestinationKind::files, "files", Telling::snapshots, 1, milliseconds{0},
                      false, ""}};

constexpr std::array<std::string_view, 3> kRhythms{"day", "week", "month"};
constexpr std::array<std::string_view, 2> kFormats{"csv", "parquet"};

template <class Named, std::size_t count>
Result<Named> among(const std::array<std::string_view, count>& names, std::string_view name,
                    std::string_view what) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<Named>(found - names.begin());
  return Error{ErrorKind::invalid_input,
               fmt::format("{} is no {}; there are {}", name, what, fmt::join(names, ", "))};
}

}  // namespace

Result<Rhythm> rhythm_named(std::string_view name) {
  return among<Rhythm>(kRhythms, name, "rhythm of files");
}

Result<FileFormat> format_named(std::string_view name) {
  return among<FileFormat>(kFormats, name, "format of files");
}

std::string_view name_of(Rhythm rhythm) { return kRhythms[static_cast<std::size_t>(rhythm)]; }
std::string_view name_of(FileFormat format) { return kFormats[static_cast<std::size_t>(format)]; }

const KindOfDestination& kind_of(DestinationKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

std::string names_of_kinds() {
  std::string names;
  for (const KindOfDestination& kind : kKinds) {
    if (!names.empty()) names += ", ";
    names += kind.name;
  }
  return names;
}

Result<DestinationKind> kind_named(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, &KindOfDestination::name);
  if (found != kKinds.end()) return found->kind;
  return Error{ErrorKind::invalid_input,
               fmt::format("{} is no kind of destination; there are {}", name, names_of_kinds())};
}

std::string_view usual_address(DestinationKind kind) {
  switch (kind) {
    case DestinationKind::webhook:
    case DestinationKind::slack:
    case DestinationKind::salesforce:
    case DestinationKind::email:
    case DestinationKind::postgresql:
    case DestinationKind::braze:
    case DestinationKind::active_campaign:
    case DestinationKind::files:
      return "";
    case DestinationKind::hubspot:
      return "https://api.hubapi.com";
    case DestinationKind::customer_io:
      return "https://track.customer.io";
    case DestinationKind::intercom:
      return "https://api.intercom.io";
    case DestinationKind::segment:
      return "https://api.segment.io";
  }
  return "";
}

std::vector<FilledField> usual_fields(DestinationKind kind) {
  if (!kind_of(kind).takes_fields()) return {};
  if (kind == DestinationKind::salesforce) {  // whose own fields end like this
    return {{"Engagement_Level__c", "level"},
            {"Engagement_Score__c", "score"},
            {"Engagement_Level_Since__c", "since"},
            {"Engagement_Silence_Chance__c", "chance"},
            {"Engagement_Reason__c", "reason"}};
  }
  return {{"engagement_level", "level"},
          {"engagement_score", "score"},
          {"engagement_level_since", "since"},
          {"engagement_silence_chance", "chance"},
          {"engagement_reason", "reason"}};
}

}  // namespace tidemark
