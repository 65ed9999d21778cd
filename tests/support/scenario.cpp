#include "tests/support/scenario.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "evidence/calibration.h"
#include "score/level_listing.h"
#include "score/score_listing.h"
#include "score/score_run.h"
#include "scoring/display.h"
#include "store/duckdb/duckdb_store.h"
#include "tests/support/temporary_folder.h"
#include "wire/names.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

struct ScenarioEvent {
  Instant at;
  std::string account;
  std::string name;
};

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

Points points_of(const std::string& text) {
  return Points{static_cast<std::int64_t>(std::llround(std::stod(text) * 1000))};
}

Day day_in(const std::string& text) {
  const auto day = parse_day(text);
  if (!day) throw std::invalid_argument("not a day: " + text);
  return *day;
}

DayRange range_of(const std::string& text) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) return {day_in(text), day_in(text)};
  return {day_in(text.substr(0, dots)), day_in(text.substr(dots + 2, 10))};
}

/// Reads the rules and events of a scenario, then answers its questions.
class Scenario {
 public:
  void read(const std::vector<std::string>& words) {
    const std::string& what = words[0];
    if (what == "zone") {
      definition_.time_zone = words.at(1);
    } else if (what == "window") {
      definition_.window_days = std::stoi(words.at(1));
    } else if (what == "engaged_day") {
      definition_.engaged_day_points = points_of(words.at(1));
    } else if (what == "not_activity") {
      definition_.not_activity.push_back(words.at(1));
    } else if (what == "action") {
      read_action(words);
    } else if (what == "cuts") {
      cuts_ = Cuts{option(words, "reference"), option(words, "low"), option(words, "high")};
    } else if (what == "event") {
      read_event(words);
    } else if (what == "days") {
      days_ = range_of(words.at(1));
    } else {
      throw std::invalid_argument("unknown word: " + what);
    }
  }

  std::string answer(const std::vector<std::string>& words) {
    if (!is_played_) play();
    const std::string& what = words[0];
    if (what == "score") return score(day_in(words.at(1)), number_of(words.at(2)));
    if (what == "level") return level(day_in(words.at(1)), number_of(words.at(2)));
    if (what == "changes") return changes(number_of(words.at(1)));
    if (what == "calibration") return calibration(day_in(words.at(1)));
    throw std::invalid_argument("unknown question: " + what);
  }

 private:
  static Points option(const std::vector<std::string>& words, const std::string& name) {
    for (const std::string& word : words) {
      if (word.starts_with(name + "=")) return points_of(word.substr(name.size() + 1));
    }
    return {};
  }

  void read_action(const std::vector<std::string>& words) {
    Action action{words.at(1), Rule::of_event(words.at(1)), points_of(words.at(2)),
                  Repeat::diminishing, 0};
    for (const Repeat repeat : {Repeat::every, Repeat::once}) {
      if (words.size() > 3 && words[3] == repeat_name(repeat)) action.repeat = repeat;
    }
    if (words.back().starts_with("cap=")) action.cap_per_day = std::stoll(words.back().substr(4));
    definition_.actions.push_back(action);
  }

  void read_event(const std::vector<std::string>& words) {
    const int count = words.size() > 4 ? std::stoi(words[4].substr(1)) : 1;
    for (const std::string& account : accounts_of(words.at(2))) {
      for (int at = 0; at < count; ++at) {
        if (words[1].find('T') != std::string::npos) {
          const auto instant = parse_timestamp(words[1]);
          events_.push_back({std::get<Instant>(instant), account, words.at(3)});
          continue;
        }
        const DayRange range = range_of(words[1]);
        const auto slash = words[1].find('/');
        const int step = slash == std::string::npos ? 1 : std::stoi(words[1].substr(slash + 1));
        for (Day day = range.first; day <= range.last; day = day + step) {
          events_.push_back({Instant{std::chrono::days{day.number} + std::chrono::hours{12}},
                             account, words.at(3)});
        }
      }
    }
  }

  static std::vector<std::string> accounts_of(const std::string& text) {
    const auto brace = text.find('{');
    if (brace == std::string::npos) return {text};
    std::vector<std::string> accounts;
    const int last = std::stoi(text.substr(text.find("..") + 2));
    for (int at = std::stoi(text.substr(brace + 1)); at <= last; ++at) {
      accounts.push_back(text.substr(0, brace) + std::to_string(at));
    }
    return accounts;
  }

  AccountNumber number_of(const std::string& account) const {
    const auto found = std::ranges::find(activity_.account_ids, account);
    if (found == activity_.account_ids.end())
      throw std::invalid_argument("unknown account: " + account);
    return static_cast<AccountNumber>(found - activity_.account_ids.begin());
  }

  template <class T>
  static T must(Result<T> result) {
    if (!result) throw std::invalid_argument(result.error().message);
    return *std::move(result);
  }

  void play() {
    is_played_ = true;
    store_ = must(open_duckdb_store(folder_.path() / "s.duckdb"));
    std::ranges::sort(definition_.not_activity);
    ImportStep step;
    step.import.number = 1;
    std::map<std::string, AccountNumber> accounts;
    std::map<std::string, SignalNumber> names;
    for (const ScenarioEvent& event : events_) {
      if (accounts.try_emplace(event.account, accounts.size()).second)
        step.new_accounts.push_back(event.account);
      if (names.try_emplace(event.name, names.size()).second)
        step.new_event_names.push_back(event.name);
      step.intake.events.add(
          {.account = accounts[event.account], .at = event.at, .name = names[event.name]});
    }
    must(store_->append(step));
    activity_ = must(load_activity(*store_, definition_, cores_));
    scored_.emplace(activity_.scored(cores_));
    if (cuts_) {
      listing_.emplace(compute_levels(*scored_, LevelLadder(definition_, cuts_), days_, cores_));
      return;
    }
    const std::atomic<bool> is_never_interrupted{false};
    ScoreRun run(*store_, activity_, cores_);
    must(run.until(days_.last, is_never_interrupted, [](Day) {}));
    listing_.emplace(must(published_levels(*store_, days_)));
    published_days_ = must(store_->published_days());
    calibrations_ = must(store_->calibrations());
  }

  std::string score(Day day, AccountNumber account) {
    std::string text = "not there yet";
    for_each_score(*scored_, {day, day}, {account}, cores_, [&](const ScoreOfDay& score) {
      text =
          fmt::format("{} points, {} engaged days, habit {}", exact_points(score.window.points()),
                      score.window.engaged_days, exact_points(Points{score.habit_milli_days}));
    });
    return text;
  }

  std::optional<Points> reference_on(Day day) const {
    if (cuts_) return cuts_->reference;
    for (const PublishedDay& published : published_days_) {
      if (published.day != day) continue;
      for (const Calibration& calibration : calibrations_) {
        if (published.calibration == calibration.day) return calibration.cuts->reference;
      }
    }
    return std::nullopt;
  }

  std::string level(Day day, AccountNumber account) {
    std::string text = "not there yet";
    std::vector<AccountNumber> all(activity_.account_ids.size());
    for (AccountNumber at = 0; at < all.size(); ++at) all[at] = at;
    listing_->for_each(
        all, [&](Day asked) { return reference_on(asked); },
        [&](const LevelOfDay& row) {
          if (row.day != day || row.account != account) return;
          text = fmt::format("{}, published {}", level_name(row.level), level_name(row.published));
          if (row.display) text += fmt::format(", shows {}", *row.display);
        });
    return text;
  }

  std::string changes(AccountNumber account) {
    std::string text;
    for (const Change& change : listing_->changes()) {
      if (change.account != account) continue;
      text += fmt::format("{}{} {}->{}", text.empty() ? "" : ", ", day_text(change.day),
                          level_name(change.from), level_name(change.to));
    }
    return text.empty() ? "none" : text;
  }

  std::string calibration(Day day) {
    const Calibration made = calibrate(day, take_samples(*scored_, day, cores_));
    const std::string samples =
        fmt::format("{} episodes, {} left, {} stayed, {} engaged", made.churn_episodes,
                    made.snapshots_left, made.snapshots_stayed, made.engaged_accounts);
    if (!made.cuts) return "too few accounts; " + samples;
    return fmt::format("{}: reference {}, low {}, high {} by {}; {}", basis_name(made.basis),
                       exact_points(made.cuts->reference), exact_points(made.cuts->low),
                       exact_points(made.cuts->high), guard_name(made.high_guard), samples);
  }

  TemporaryFolder folder_;
  Cores cores_{2};
  Definition definition_;
  std::optional<Cuts> cuts_;
  DayRange days_;
  std::vector<ScenarioEvent> events_;

  bool is_played_ = false;
  std::unique_ptr<Store> store_;
  LoadedActivity activity_;
  std::optional<ScoredActivity> scored_;
  std::optional<LevelListing> listing_;
  std::vector<PublishedDay> published_days_;
  std::vector<Calibration> calibrations_;
};

}  // namespace

Result<std::string> play_scenario(const std::string& text) {
  Scenario scenario;
  std::istringstream lines(text);
  std::string answered;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line); answered += line + '\n') {
    ++number;
    const std::string code = line.substr(0, line.find('#'));
    const auto words = words_of(code);
    if (words.empty()) continue;
    try {
      if (const auto equals = line.find(" ="); equals != std::string::npos && words[0] != "cuts") {
        line = line.substr(0, equals) + " = " + scenario.answer(words);
      } else {
        scenario.read(words);
      }
    } catch (const std::exception& error) {
      return Error{ErrorKind::invalid_input, fmt::format("line {}: {}", number, error.what())};
    }
  }
  return answered;
}

}  // namespace tidemark
