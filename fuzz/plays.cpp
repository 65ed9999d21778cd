#include "base/check.h"
#include "deliver/deliveries_of.h"
#include "fuzz/input.h"
#include "play/choosing.h"
#include "wire/json.h"
#include "wire/play_toml.h"

// A playbook as somebody writes it; then what is made of it for an account with an odd name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const std::string_view text = fuzz::text_of(data, size);
  const auto plays = parse_plays(text, "fuzz");
  if (!plays) return 0;
  PlayDay day{Day{20'500}, false, {"plan"}, {}};
  PlayCandidate account;
  account.account = text.substr(0, size / 3);
  account.level = Level::low;
  account.since = day.day - 14;
  account.moved_from = Level::high;
  account.points_before = Points{90'000};
  account.chance = 0.7;
  account.properties = {std::string(text.substr(size / 2))};
  day.accounts = {account};
  for (const Play& play : *plays) {
    CHECK(!play_words(play).empty());
    for (PlayFiring& firing : choose(play, day, {})) {
      CHECK(firing.account == account.account);
      firing.message = message_for(play, day.property_names, account, "a reason");
      for (const auto kind : {DestinationKind::webhook, DestinationKind::slack}) {
        Destination destination;
        destination.kind = kind;
        CHECK(Json::accept(firing_to_deliver(destination, play, firing).body));
      }
      CHECK(choose(play, day, std::span(&firing, 1)).empty());
    }
  }
  return 0;
}
