#include "deliver/kinds.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tidemark {
namespace {

using std::chrono::milliseconds;

// Limits as the vendors state them: Slack one message a second; HubSpot a hundred companies a
// request, a hundred requests in ten seconds for all of a portal's apps together.
constexpr std::array kKinds{
    KindOfDestination{DestinationKind::webhook, "webhook", false, 1, milliseconds{20},
                      "the secret it signs with"},
    KindOfDestination{DestinationKind::slack, "slack", false, 1, milliseconds{1'100},
                      "the address of the incoming webhook"},
    KindOfDestination{DestinationKind::hubspot, "hubspot", true, 100, milliseconds{200},
                      "the service key or the token of the app"}};

constexpr std::array<std::string_view, 6> kValues{"level", "score",  "points",
                                                  "since", "chance", "reason"};

}  // namespace

const KindOfDestination& kind_of(DestinationKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

Result<DestinationKind> kind_named(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, &KindOfDestination::name);
  if (found != kKinds.end()) return found->kind;
  return Error{
      ErrorKind::invalid_input,
      fmt::format("{} is no kind of destination; there are webhook, slack, hubspot", name)};
}

std::string_view usual_address(DestinationKind kind) {
  return kind == DestinationKind::hubspot ? "https://api.hubapi.com" : "";
}

std::vector<FilledField> usual_fields(DestinationKind kind) {
  if (kind != DestinationKind::hubspot) return {};
  return {{"engagement_level", "level"},
          {"engagement_score", "score"},
          {"engagement_level_since", "since"},
          {"engagement_silence_chance", "chance"},
          {"engagement_reason", "reason"}};
}

bool is_delivered_value(std::string_view name) {
  return std::ranges::find(kValues, name) != kValues.end();
}

}  // namespace tidemark
