#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/whole_root.h"
#include "model/activity.h"

namespace tidemark {

/// Texts one after the other in a single block; cheap to fill, cheap to throw away.
class TextColumn {
 public:
  void push_back(std::string_view text) {
    block_.append(text);
    ends_.push_back(block_.size());
  }
  std::string_view operator[](std::size_t row) const {
    const std::size_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view(block_).substr(begin, ends_[row] - begin);
  }
  std::size_t size() const { return ends_.size(); }
  std::size_t bytes() const { return block_.size() + ends_.size() * sizeof(std::size_t); }
  void clear() {
    block_.clear();
    ends_.clear();
  }

 private:
  std::string block_;
  std::vector<std::size_t> ends_;
};

/// An event as it is added to a batch; views need to be valid only until then.
struct EventRow {
  AccountNumber account = kNoAccount;  // that it names
  Instant at = {};
  SignalNumber name = 0;
  std::string_view user = {};               // empty = no user
  std::string_view anonymous = {};          // the sender's id of a visitor; empty = none
  std::string_view properties = {};         // a JSON object; empty = none
  std::optional<Instant> received_at = {};  // of the source, where it says
  Wide message = 0;                         // hash of the message id; 0 = none
};

/// Events by column, all of one length; account and name by their numbers.
struct EventBatch {
  std::vector<AccountNumber> account;
  std::vector<Instant> at;
  std::vector<SignalNumber> name;
  TextColumn user;
  TextColumn anonymous;
  TextColumn properties;
  std::vector<std::optional<Instant>> received_at;
  std::vector<Wide> message;

  void add(const EventRow& row) {
    account.push_back(row.account);
    at.push_back(row.at);
    name.push_back(row.name);
    user.push_back(row.user);
    anonymous.push_back(row.anonymous);
    properties.push_back(row.properties);
    received_at.push_back(row.received_at);
    message.push_back(row.message);
  }
  std::size_t size() const { return account.size(); }
  std::size_t bytes() const {
    return size() * 48 + user.bytes() + anonymous.bytes() + properties.bytes();
  }
  void clear() { *this = EventBatch{}; }
};

/// Why an event was not taken.
enum class RejectReason : std::uint8_t {
  not_utf8,
  contains_nul,
  row_too_long,
  open_quote,
  wrong_field_count,
  malformed_json,
  missing_account,
  meaningless_account,
  missing_event,
  missing_time,
  unreadable_time,
  ambiguous_time,
  before_1990,
  in_the_future,
  malformed_properties,
  too_many_event_names,
  nested_field,
  missing_user,
  too_long,
  unknown_kind,
};
inline constexpr std::size_t kRejectReasons = 20;
static_assert(static_cast<std::size_t>(RejectReason::unknown_kind) + 1 == kRejectReasons);

/// A record that was not taken, kept for inspection.
struct Reject {
  std::uint64_t line = 0;  // of the file, from 1; of a Parquet file the row
  std::string column;      // empty where the whole record is at fault
  std::string value;       // the offending one, shortened
  RejectReason reason = RejectReason::not_utf8;
  std::string record;  // the record as it came, shortened
};

}  // namespace tidemark
