#include "wire/names.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace tidemark {
namespace {

// In the order of their enumerations.
constexpr std::array<std::string_view, 3> kRepeats = {"diminishing", "every", "once"};
constexpr std::array<std::string_view, 8> kTests = {"is",      "is_not",   "one_of",  "contains",
                                                    "matches", "at_least", "at_most", "exists"};
constexpr std::array<std::string_view, 3> kNameTests = {"event", "event_starts_with",
                                                        "event_matches"};
constexpr std::array<std::string_view, 3> kLevelsBy = {"churn", "bands", "fixed"};
constexpr std::array<std::string_view, 2> kRecalibrate = {"monthly", "by hand"};

template <class Value>
std::size_t place_of(Value value) {
  return static_cast<std::size_t>(value);
}

template <class Value, std::size_t count>
std::optional<Value> named(const std::array<std::string_view, count>& names,
                           std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Value>(found - names.begin());
}

}  // namespace

std::string_view basis_name(CutBasis basis) {
  switch (basis) {
    case CutBasis::churn:
      return "churn";
    case CutBasis::risk_crossing:
      return "risk crossing";
    case CutBasis::churned_median:
      return "churned median";
    case CutBasis::typical:
      return "typical";
  }
  check_failed("a basis without a name");
}

std::string_view guard_name(HighGuard guard) {
  switch (guard) {
    case HighGuard::fence:
      return "fence";
    case HighGuard::percentile_95:
      return "95th percentile";
    case HighGuard::percentile_85:
      return "85th percentile";
    case HighGuard::low_cut_and_quarter:
      return "low cut and a quarter";
  }
  check_failed("a guard without a name");
}

std::string_view repeat_name(Repeat repeat) { return kRepeats[place_of(repeat)]; }
std::string_view test_name(PropertyTest test) { return kTests[place_of(test)]; }
std::string_view name_test_name(NameTest test) { return kNameTests[place_of(test)]; }
std::string_view levels_by_name(LevelsBy by) { return kLevelsBy[place_of(by)]; }
std::string_view recalibrate_name(Recalibrate when) { return kRecalibrate[place_of(when)]; }

std::optional<Repeat> repeat_named(std::string_view name) { return named<Repeat>(kRepeats, name); }
std::optional<PropertyTest> test_named(std::string_view name) {
  return named<PropertyTest>(kTests, name);
}
std::optional<NameTest> name_test_named(std::string_view name) {
  return named<NameTest>(kNameTests, name);
}
std::optional<LevelsBy> levels_by_named(std::string_view name) {
  return named<LevelsBy>(kLevelsBy, name);
}
std::optional<Recalibrate> recalibrate_named(std::string_view name) {
  return named<Recalibrate>(kRecalibrate, name);
}

std::string_view reject_reason_name(RejectReason reason) {
  switch (reason) {
    case RejectReason::not_utf8:
      return "not UTF-8";
    case RejectReason::contains_nul:
      return "contains a NUL byte";
    case RejectReason::row_too_long:
      return "longer than 1 MiB";
    case RejectReason::open_quote:
      return "quote never closed";
    case RejectReason::wrong_field_count:
      return "wrong number of fields";
    case RejectReason::malformed_json:
      return "malformed JSON";
    case RejectReason::missing_account:
      return "missing account";
    case RejectReason::meaningless_account:
      return "account id without meaning";
    case RejectReason::missing_event:
      return "missing event name";
    case RejectReason::missing_time:
      return "missing time";
    case RejectReason::unreadable_time:
      return "unreadable time";
    case RejectReason::ambiguous_time:
      return "ambiguous time";
    case RejectReason::before_1990:
      return "before 1990";
    case RejectReason::in_the_future:
      return "more than a day in the future";
    case RejectReason::malformed_properties:
      return "properties are no JSON object";
    case RejectReason::too_many_event_names:
      return "more than 65,535 event names";
    case RejectReason::nested_field:
      return "an object or list where a text should be";
    case RejectReason::missing_user:
      return "missing user";
    case RejectReason::too_long:
      return "too long";
    case RejectReason::unknown_kind:
      return "no kind of message that is known";
  }
  check_failed("a reject reason without a name");
}

std::string_view reject_reason_advice(RejectReason reason) {
  switch (reason) {
    case RejectReason::not_utf8:
      return "export the file as UTF-8";
    case RejectReason::contains_nul:
      return "remove the NUL bytes; UTF-16 files must be converted to UTF-8";
    case RejectReason::row_too_long:
      return "shorten the record";
    case RejectReason::open_quote:
      return "close the quote, or double quotes inside a field";
    case RejectReason::wrong_field_count:
      return "quote fields that hold the delimiter";
    case RejectReason::malformed_json:
      return "one JSON object a line";
    case RejectReason::missing_account:
      return "every event needs the account it belongs to";
    case RejectReason::meaningless_account:
      return "send the account's real id, or leave the event out";
    case RejectReason::missing_event:
      return "every event needs a name";
    case RejectReason::missing_time:
      return "every event needs its time";
    case RejectReason::unreadable_time:
      return "write times as 2026-03-02T09:00:00Z";
    case RejectReason::ambiguous_time:
      return "day or month first? write times as 2026-03-02T09:00:00Z";
    case RejectReason::before_1990:
      return "check the year and the unit of the time";
    case RejectReason::in_the_future:
      return "check the sender's clock and the unit of the time";
    case RejectReason::malformed_properties:
      return "write properties as a JSON object, or leave them empty";
    case RejectReason::too_many_event_names:
      return "is an id part of the event name? put it into a property";
    case RejectReason::nested_field:
      return "name the text in it: --map account=account.id";
    case RejectReason::missing_user:
      return "say whose it is: the user's id, the visitor's or the account's";
    case RejectReason::too_long:
      return "ids and names have at most 1,024 bytes";
    case RejectReason::unknown_kind:
      return "send what the protocol's documentation lists";
  }
  check_failed("a reject reason without advice");
}

}  // namespace tidemark
