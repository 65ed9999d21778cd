#pragma once

#include "score/work_terms.h"
#include "store/store.h"

namespace tidemark {

/// A run that several members reckon together, which is over when this is.
class OpenedWork {
 public:
  /// Opens it, of the store as it is now, with a share for each member in the place of those of the
  /// terms. Fails with `invalid_input` where members have no place to meet.
  static Result<OpenedWork> open(Store& store, WorkTerms terms, unsigned members);
  OpenedWork(OpenedWork&& other) noexcept;
  OpenedWork& operator=(OpenedWork&&) = delete;
  ~OpenedWork();

  WorkBoard& board() const { return *board_; }
  const WorkTerms& terms() const { return terms_; }
  const SharedWork& work() const { return work_; }

 private:
  OpenedWork(WorkBoard& board, WorkTerms terms, SharedWork work)
      : board_(&board), terms_(std::move(terms)), work_(std::move(work)) {}

  WorkBoard* board_;
  WorkTerms terms_;
  SharedWork work_;
};

}  // namespace tidemark
