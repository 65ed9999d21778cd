#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/activity.h"
#include "store/store.h"

namespace tidemark {

/// Numbers that a member of a team tells the others.
using Told = std::vector<std::int64_t>;

/// How much of a step there was, of all accounts; of no meaning for who does not lead.
struct Published {
  std::int64_t changes = 0;
  std::int64_t corrections = 0;
};

/// The processes that reckon a run together, each the whole of it for some of the accounts. All of
/// them come to the same questions in the same order, whatever each was told before; so one that
/// died is replaced by one that begins anew.
class Team {
 public:
  virtual ~Team() = default;

  /// Whether it has no other members.
  virtual bool is_alone() const { return false; }
  /// The one that publishes.
  virtual bool leads() const = 0;
  /// Those of this member.
  virtual AccountRange accounts() const = 0;
  /// Tells the others, and waits for what each of them tells on the same topic; in the order of the
  /// members. Fails with `interrupted` where the work is over, or another one began.
  virtual Result<std::vector<Told>> gather(const std::string& topic, Told mine) = 0;
  /// The same for the one that leads; the others go on at once, with nothing.
  virtual Result<std::vector<Told>> tell_leader(const std::string& topic, Told mine) = 0;
  /// Publishes a step, of which each member has what is of its accounts; the counts of its days are
  /// those of all afterwards, where it leads. With `begins_anew` what was published before is
  /// forgotten, once all have something in its place.
  virtual Result<Published> publish(Store& store, const std::string& topic, PublishStep& step,
                                    bool begins_anew) = 0;
};

/// A process that does it all.
class Alone final : public Team {
 public:
  bool is_alone() const override { return true; }
  bool leads() const override { return true; }
  AccountRange accounts() const override { return {}; }
  Result<std::vector<Told>> gather(const std::string&, Told mine) override {
    return std::vector<Told>{std::move(mine)};
  }
  Result<std::vector<Told>> tell_leader(const std::string& topic, Told mine) override {
    return gather(topic, std::move(mine));
  }
  Result<Published> publish(Store& store, const std::string& topic, PublishStep& step,
                            bool begins_anew) override;
};

/// Members who meet at a board.
class BoardTeam final : public Team {
 public:
  /// Members are numbered from 1; the first leads. `on_waiting` is told again and again how many
  /// have not told theirs for some seconds, and at last that none.
  BoardTeam(WorkBoard& board, std::uint64_t work, unsigned member, std::vector<AccountRange> shares,
            const std::atomic<bool>& is_interrupted,
            std::function<void(std::size_t missing)> on_waiting)
      : board_(board),
        work_(work),
        member_(member),
        shares_(std::move(shares)),
        is_interrupted_(is_interrupted),
        on_waiting_(std::move(on_waiting)) {}

  /// Waits until all are there.
  Result<void> meet();
  bool leads() const override { return member_ == 1; }
  AccountRange accounts() const override { return shares_[member_ - 1]; }
  Result<std::vector<Told>> gather(const std::string& topic, Told mine) override;
  Result<std::vector<Told>> tell_leader(const std::string& topic, Told mine) override;
  Result<Published> publish(Store& store, const std::string& topic, PublishStep& step,
                            bool begins_anew) override;

 private:
  Result<void> tell(const std::string& topic, const Told& mine);
  Result<void> wait_for(std::size_t members, const std::string& topic);
  Result<std::vector<Told>> hear(const std::string& topic);

  WorkBoard& board_;
  std::uint64_t work_;
  unsigned member_;
  std::vector<AccountRange> shares_;
  const std::atomic<bool>& is_interrupted_;
  std::function<void(std::size_t missing)> on_waiting_;
};

}  // namespace tidemark
