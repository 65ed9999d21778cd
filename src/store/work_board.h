#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/activity.h"

namespace tidemark {

class Store;
struct PublishStep;

/// A piece of work that several processes do together.
struct SharedWork {
  std::uint64_t number = 0;
  std::string terms;                  // what is to be done, JSON
  std::vector<std::uint64_t> moment;  // of which everybody reads the store
  bool is_over = false;
};

/// Where processes that reckon together meet: one opens a work, each posts what it has to say, all
/// read it. A post that is made twice counts once.
class WorkBoard {
 public:
  virtual ~WorkBoard() = default;

  /// Opens a work, of the store as it is now; those before it are over, and their posts go.
  virtual Result<SharedWork> open_work(const std::string& terms) = 0;
  virtual Result<void> close_work(std::uint64_t number) = 0;
  virtual Result<std::optional<SharedWork>> last_work() = 0;
  /// The store as it was when the work was opened.
  virtual Result<std::unique_ptr<Store>> store_of(const SharedWork& work) = 0;

  virtual Result<void> post(std::uint64_t work, const std::string& topic, unsigned member,
                            std::string_view body) = 0;
  /// What members posted on a topic, by member.
  virtual Result<std::vector<std::pair<unsigned, std::string>>> posts(std::uint64_t work,
                                                                      const std::string& topic) = 0;
  /// How many did.
  virtual Result<std::size_t> count_posts(std::uint64_t work, const std::string& topic) = 0;

  /// Publishes a step whose records, changes and corrections are those of the caller's accounts,
  /// once `others(number)` says that theirs are stored too, under its number; all of it, or
  /// nothing.
  virtual Result<void> publish_step(
      const PublishStep& step, const std::function<Result<void>(std::uint64_t number)>& others) = 0;
  /// Stores the records, changes and corrections of some accounts for a step of another process.
  /// Twice is as good as once.
  virtual Result<void> publish_part(std::uint64_t number, const PublishStep& part) = 0;

  /// All accounts in so many ranges, of about as many events each.
  virtual Result<std::vector<AccountRange>> shares(unsigned members) = 0;
};

}  // namespace tidemark
