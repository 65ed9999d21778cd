#pragma once

#include "store/clickhouse/view.h"
#include "store/work_board.h"

namespace tidemark::click {

/// A board in two tables of a database: works, and what is posted on them. Whoever reads a topic
/// reads each member's post once, however often it was made.
class Board final : public WorkBoard {
 public:
  /// `open_at` opens the store as it was at a moment.
  Board(const Server& server, Journal& journal,
        std::function<std::unique_ptr<Store>(const Moment&)> open_at)
      : server_(server), journal_(journal), open_at_(std::move(open_at)) {}

  Result<SharedWork> open_work(const std::string& terms) override;
  Result<void> close_work(std::uint64_t number) override;
  Result<std::optional<SharedWork>> last_work() override;
  Result<std::unique_ptr<Store>> store_of(const SharedWork& work) override;
  Result<void> post(std::uint64_t work, const std::string& topic, unsigned member,
                    std::string_view body) override;
  Result<std::vector<std::pair<unsigned, std::string>>> posts(std::uint64_t work,
                                                              const std::string& topic) override;
  Result<std::size_t> count_posts(std::uint64_t work, const std::string& topic) override;
  Result<void> publish_step(
      const PublishStep& step,
      const std::function<Result<void>(std::uint64_t number)>& others) override;
  Result<void> publish_part(std::uint64_t number, const PublishStep& part) override;
  Result<std::vector<AccountRange>> shares(unsigned members) override;

 private:
  Result<void> write(const SharedWork& work);

  const Server& server_;
  Journal& journal_;
  std::function<std::unique_ptr<Store>(const Moment&)> open_at_;
};

}  // namespace tidemark::click
