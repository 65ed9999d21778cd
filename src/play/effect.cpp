#include "play/effect.h"

#include <cmath>
#include <map>

#include <fmt/format.h>

#include "evidence/silence.h"
#include "score/level_trails.h"
#include "score/published_rules.h"

namespace tidemark {
namespace {

struct Arm {
  SilenceCount silent;
  std::int64_t as_high = 0;
};

std::string share_words(double share) { return fmt::format("{:.0f} %", share * 100); }

std::string verdict_of(const PlayEffect& effect) {
  const SilenceRate& treated = effect.treated.silent;
  const SilenceRate& held_out = effect.held_out.silent;
  if (!effect.rarer) {
    return fmt::format(
        "Too few to say: the 30 days after have passed for {} it came to and {} held out; {} of "
        "each "
        "are needed.",
        treated.all, held_out.all, PlayEffect::kFewest);
  }
  const auto& [share, least, most] = *effect.rarer;
  const std::string rates = fmt::format(
      "{} of those it came to were silent 30 days later, {} of those held "
      "out",
      share_words(treated.share), share_words(held_out.share));
  const std::string interval = fmt::format(
      "95 % interval of the difference {:+.0f} to {:+.0f} points", least * 100, most * 100);
  if (least > 0) return fmt::format("It helps: {} ({}).", rates, interval);
  if (most < 0) return fmt::format("It harms: {} ({}).", rates, interval);
  return fmt::format("No effect can be told yet: {} ({}).", rates, interval);
}

}  // namespace

PlayEffect::Difference difference_of(const SilenceRate& a, const SilenceRate& b) {
  const double share = a.share - b.share;
  return {share, share - std::hypot(a.share - a.least, b.most - b.share),
          share + std::hypot(a.most - a.share, b.share - b.least)};
}

Result<PlayEffect> effect_of(Store& store, std::span<const PlayFiring> firings,
                             const Cores& cores) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const auto last = rules->day_or_last({});
  if (!last) return last.error();
  const auto ids = store.account_ids();
  if (!ids) return ids.error();
  std::map<std::string_view, AccountNumber> numbers;
  for (std::size_t number = 0; number < ids->size(); ++number) {
    numbers.emplace((*ids)[number], static_cast<AccountNumber>(number));
  }
  std::multimap<Day, const PlayFiring*> judged;
  for (const PlayFiring& firing : firings) {
    const Day then = firing.day + kSilentDays;
    if (then <= (*last)->day && numbers.contains(firing.account)) judged.emplace(then, &firing);
  }
  Arm treated, held_out;
  if (!judged.empty()) {
    const auto activity = load_activity(store, rules->of(**last).definition, cores);
    if (!activity) return activity.error();
    const ScoredActivity scored = activity->scored(cores);
    auto trails = LevelTrails::over(store, {rules->days().front().day, (*last)->day}, kSilentDays);
    if (!trails) return trails.error();
    std::vector<ActiveDay> active;
    for (const auto& [then, firing] : judged) {
      trails->move_to(then);
      const AccountNumber number = numbers[firing->account];
      scored.active_days(number, {firing->day + 1, then}, active);
      Arm& arm = firing->is_held_out ? held_out : treated;
      arm.silent.add(active.empty());
      const Level level = trails->accounts()[number].record.standing.level;
      arm.as_high += level >= firing->level ? 1 : 0;
    }
  }
  PlayEffect effect;
  effect.treated = {treated.silent.rate(), treated.as_high};
  effect.held_out = {held_out.silent.rate(), held_out.as_high};
  if (treated.silent.all >= PlayEffect::kFewest && held_out.silent.all >= PlayEffect::kFewest) {
    effect.rarer = difference_of(effect.held_out.silent, effect.treated.silent);
  }
  effect.verdict = verdict_of(effect);
  return effect;
}

}  // namespace tidemark
