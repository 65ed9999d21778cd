#include "score/opened_work.h"

namespace tidemark {

Result<OpenedWork> OpenedWork::open(Store& store, WorkTerms terms, unsigned members) {
  WorkBoard* const board = store.board();
  if (board == nullptr) {
    return Error{ErrorKind::invalid_input,
                 "workers meet in a ClickHouse; this workspace keeps its store in a file"};
  }
  auto shares = board->shares(members);
  if (!shares) return shares.error();
  terms.shares = *std::move(shares);
  auto work = board->open_work(terms.json());
  if (!work) return work.error();
  return OpenedWork(*board, std::move(terms), *std::move(work));
}

OpenedWork::OpenedWork(OpenedWork&& other) noexcept
    : board_(std::exchange(other.board_, nullptr)),
      terms_(std::move(other.terms_)),
      work_(std::move(other.work_)) {}

OpenedWork::~OpenedWork() {
  // Else the others see it when the next one is opened.
  if (board_ != nullptr) static_cast<void>(board_->close_work(work_.number));
}

}  // namespace tidemark
