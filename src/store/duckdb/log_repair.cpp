#include "store/duckdb/log_repair.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/damage_notes.h"
#include "store/duckdb/durable_mark.h"
#include "store/duckdb/wal_file.h"

namespace tidemark::duck {
namespace {

namespace fs = std::filesystem;

fs::path with_ending(fs::path file, std::string_view ending) {
  file += ending;
  return file;
}

Error file_error(const fs::path& file, const char* doing) {
  return Error{ErrorKind::unavailable,
               fmt::format("{} cannot be {}: {}", file.string(), doing, std::strerror(errno))};
}

/// The files of a database, and what is known of them before it is opened.
class LogFiles {
 public:
  explicit LogFiles(const fs::path& database)
      : database_(database),
        log_(with_ending(database, ".wal")),
        mark_(DurableMark::read(database)),
        // Nobody in this process has it open yet: closing it again ends no lock.
        opened_(open(database.c_str(), O_RDWR | O_CLOEXEC)),
        iteration_(checkpoint_iteration(opened_)) {}
  ~LogFiles() {
    if (opened_ >= 0) close(opened_);
  }
  LogFiles(const LogFiles&) = delete;
  LogFiles& operator=(const LogFiles&) = delete;

  Result<LogState> repair() {
    std::error_code unknown;
    if (!fs::exists(database_, unknown)) {
      // A new file: what is there of one before does not belong to it.
      fs::remove(DurableMark::file_of(database_), unknown);
      return LogState::whole;
    }
    // Of a database that another process has open nothing is touched; opening it says so then.
    if (!take_lock()) return LogState::whole;
    for (const char* ending : {".wal.checkpoint", ".wal.recovery"}) {
      if (fs::exists(with_ending(database_, ending), unknown)) return LogState::unknown;
    }
    if (auto is_of_one_moment = check_moment(); !is_of_one_moment) return is_of_one_moment.error();
    auto read = read_wal(log_);
    if (!read) return read.error();
    if (read->bytes == 0) return LogState::whole;
    if (!read->is_known_format) return LogState::unknown;
    if (read->has_checkpoint) return LogState::whole;
    wal_ = *read;
    if (is_checkpointed()) return set_whole_log_aside();
    if (is_of_another_file()) return other_moment("its log is of another moment");
    if (wal_.has_damaged_header) {
      if (auto repaired = repair_header(); !repaired) return repaired.error();
    }
    if (auto cut = cut_end(); !cut) return cut.error();
    return LogState::whole;
  }

 private:
  /// The lock that DuckDB takes, too, until this is gone.
  bool take_lock() const {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return opened_ >= 0 && fcntl(opened_, F_SETLK, &lock) == 0;
  }

  bool is_marked_file() const {
    return mark_ && iteration_ && mark_->iteration == *iteration_ && mark_->bytes > 0;
  }

  Error other_moment(std::string_view what) const {
    return Error{
        ErrorKind::corrupt_data,
        fmt::format("{} lacks acknowledged changes: {}. This happens if a folder is copied "
                    "while a server has it open; use the original, or a copy made while "
                    "nothing ran. To go on with what is here, delete {}",
                    database_.string(), what, DurableMark::file_of(database_).string())};
  }

  Result<void> check_moment() const {
    if (!mark_ || !iteration_) return {};
    if (*iteration_ < mark_->iteration) return other_moment("it is older than its log");
    std::error_code unknown;
    const auto bytes = fs::file_size(log_, unknown);
    if (is_marked_file() && (unknown || bytes == 0)) {
      return other_moment(fmt::format("its log of {} bytes is missing", mark_->bytes));
    }
    return {};
  }

  bool has_fingerprint(const std::string& wanted) const {
    // The log before was at least as long when its fingerprint was taken.
    constexpr std::uint64_t kWhole = 512;
    return !wanted.empty() && (fingerprint(log_, kWhole) == wanted ||
                               fingerprint(log_, mark_->fingerprint_bytes) == wanted);
  }

  /// It is the log of before the last checkpoint, which wrote what it holds into the file.
  bool is_checkpointed() const {
    if (!mark_ || !iteration_) return false;
    return *iteration_ > mark_->iteration ? has_fingerprint(mark_->fingerprint)
                                          : has_fingerprint(mark_->previous);
  }

  bool is_of_another_file() const {
    const bool is_intact = wal_.whole_bytes == wal_.bytes && !wal_.has_damaged_header;
    return is_marked_file() && is_intact && wal_.bytes >= mark_->fingerprint_bytes &&
           !has_fingerprint(mark_->fingerprint);
  }

  Result<LogState> set_whole_log_aside() const {
    const fs::path aside = free_name(log_, ".checkpointed-");
    if (rename(log_.c_str(), aside.c_str()) != 0) return file_error(log_, "renamed");
    return LogState::whole;
  }

  /// Once; the second is of the same damage.
  Result<void> set_copy_aside(std::string_view what) {
    if (std::exchange(is_set_aside_, true)) return {};
    return set_damaged_aside(database_, log_, what);
  }

  Result<void> repair_header() {
    if (auto done = set_copy_aside("its header was wrong and was repaired; nothing is lost");
        !done) {
      return done;
    }
    return change_log([](int file) {
      const std::string_view header = wal_header();
      return pwrite(file, header.data(), header.size(), 0) == std::ssize(header);
    });
  }

  Result<void> cut_end() {
    const std::uint64_t durable = is_marked_file() ? mark_->bytes : 0;
    const bool is_damaged = wal_.whole_bytes < durable || wal_.has_later_transactions;
    if (is_damaged) {
      const std::string what = fmt::format(
          "acknowledged changes behind its byte {} of {} cannot be read and are missing from the "
          "store; restore a backup, or send and import again what came since",
          wal_.whole_bytes, std::max(wal_.bytes, durable));
      if (auto done = set_copy_aside(what); !done) return done;
    }
    if (wal_.whole_bytes != wal_.bytes) {
      auto cut = change_log(
          [&](int file) { return ftruncate(file, static_cast<off_t>(wal_.whole_bytes)) == 0; });
      if (!cut) return cut;
    }
    if (is_damaged && mark_) {
      // What is missing has been said.
      DurableState state = *mark_;
      state.bytes = wal_.whole_bytes;
      // The damage may lie in what the log was known by.
      state.fingerprint_bytes = std::min(state.fingerprint_bytes, wal_.whole_bytes);
      state.fingerprint =
          state.fingerprint_bytes == 0 ? "" : fingerprint(log_, state.fingerprint_bytes);
      DurableMark::write(database_, state);
    }
    return {};
  }

  template <class Change>
  Result<void> change_log(const Change& change) const {
    const int file = open(log_.c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0) return file_error(log_, "opened");
    const bool is_done = change(file) && fsync(file) == 0;
    const int problem = errno;
    close(file);
    if (is_done) return {};
    errno = problem;
    return file_error(log_, "written");
  }

  fs::path database_;
  fs::path log_;
  std::optional<DurableState> mark_;
  int opened_;
  std::optional<std::uint64_t> iteration_;
  WalContents wal_;
  bool is_set_aside_ = false;
};

}  // namespace

Result<LogState> repair_log(const fs::path& database) { return LogFiles(database).repair(); }

}  // namespace tidemark::duck
