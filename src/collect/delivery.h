#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/whole_root.h"
#include "collect/collect_limits.h"
#include "model/refusal.h"

namespace tidemark {

/// What a message says, and the texts that say it.
enum class Saying : std::uint8_t {
  event,             // account?, user?, visitor?, name, value = properties
  trait_of_user,     // user, name, value
  trait_of_account,  // account, name, value
  belonging,         // user, account
  implied,           // the same, by the way, in an event
  alias,             // visitor is user
};

/// Which of its texts.
enum class Part : std::uint8_t { account, user, visitor, name, value };
inline constexpr std::size_t kPartCount = 5;

/// One message in the form that every dialect is brought to.
struct Message {
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t length = 0;
  };

  Saying saying = Saying::event;
  Instant at;
  std::optional<Instant> received_at;  // by us; of an archive, by whom it is of, where it says
  Wide id = 0;                         // hash of the message id; 0 = none
  std::array<Range, kPartCount> parts;
};

/// Who an event is of, as its message says; empty = it does not.
struct Who {
  std::string_view account;
  std::string_view user;
  std::string_view visitor;
};

/// All that one request says, in the order it says it: messages, and what had to be refused.
///
/// An archive's delivery is of messages that somebody else received: their times are put right
/// already, and one without a time is none. Ids that senders write when they have none (`null`,
/// `anonymous`, `undefined` …) count as absent.
class Delivery {
 public:
  enum class Of : std::uint8_t { senders, archive };

  Delivery(std::string dialect, Instant received_at, Of of = Of::senders)
      : dialect_(std::move(dialect)), received_at_(received_at), of_(of) {}

  /// Where the messages come from, if they may come from there again: an event without an id has
  /// one of that.
  void set_place(std::string place) { place_ = std::move(place); }

  /// Ids and names that are longer count as none.
  void set_longest_id(std::size_t bytes) { longest_id_ = bytes; }

  /// The clock of the sender when it sent: what it says about time is put right by the difference
  /// to ours. Less than ten seconds is the way here, more than a year nonsense: neither corrects.
  void sent_at(std::optional<Instant> instant);
  /// An instant of the sender's clock; when the request came, where there is none. None for a
  /// message of an archive without one.
  std::optional<Instant> corrected(std::optional<Instant> instant) const;
  /// When the archive says that it received the messages from here on; nothing to senders.
  void archived_at(std::optional<Instant> instant) { archived_at_ = instant; }

  /// What is wrong with an event: it names nobody, has no name, is of 1989 or next week.
  struct Problem {
    RejectReason reason;
    std::string_view field;
    std::string_view value;
  };
  /// Adds an event, unless something is wrong with it.
  std::optional<Problem> event(const Who& who, std::string_view name, std::string_view properties,
                               Instant at, std::string_view message_id);
  void trait_of_user(std::string_view id, std::string_view name, std::string_view json, Instant at);
  void trait_of_account(std::string_view account, std::string_view name, std::string_view json,
                        Instant at);
  void belongs(std::string_view id, std::string_view account, Instant at);
  /// Said by an event that names both.
  void belongs_by_the_way(std::string_view id, std::string_view account, Instant at);
  void is_same(std::string_view id, std::string_view user, Instant at);
  /// `message` is the text of the whole message, so that it can be tried again.
  void refuse(RejectReason reason, std::string_view field, std::string_view value,
              std::string_view message);

  /// The refusal that is tried again by this delivery: it is forgotten once this is stored.
  std::optional<std::uint64_t> replayed_refusal;
  // Its sender sends it again where no answer comes: what is rejected of it is kept once.
  bool may_be_sent_again = false;

  /// The key of the source, where the body says it.
  std::string key;

  /// Which source it is of, once its key is known.
  void set_source(std::uint16_t source);
  std::uint16_t source() const { return source_; }

  const std::string& dialect() const { return dialect_; }
  Instant received_at() const { return received_at_; }
  const std::vector<Message>& messages() const { return messages_; }
  const std::vector<Refusal>& refusals() const { return refusals_; }
  std::size_t events() const { return events_; }
  std::size_t bytes() const { return texts_.size() + messages_.size() * sizeof(Message); }
  std::string_view text(const Message& message, Part part) const {
    const Message::Range range = message.parts[static_cast<std::size_t>(part)];
    return std::string_view(texts_).substr(range.begin, range.length);
  }

 private:
  struct Text {
    Part part;
    std::string_view text;
  };
  bool is_usable(std::string_view id) const;
  void add(Saying saying, Instant at, Wide id, std::initializer_list<Text> texts);

  std::string dialect_;
  std::string place_;
  Instant received_at_;
  Of of_;
  std::optional<Instant> archived_at_;
  std::chrono::microseconds ahead_{0};  // the sender's clock before ours
  std::string texts_;
  std::vector<Message> messages_;
  std::vector<Refusal> refusals_;
  std::uint16_t source_ = 0;
  std::size_t events_ = 0;
  std::size_t longest_id_ = CollectLimits().id_bytes;
};

}  // namespace tidemark
