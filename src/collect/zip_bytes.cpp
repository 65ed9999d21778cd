#include "collect/zip_bytes.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

namespace tidemark {
namespace {

struct FreeArchive {
  void operator()(archive* raw) const { archive_read_free(raw); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;

Error archive_error(const std::string& name, archive* raw) {
  const char* why = archive_error_string(raw);
  return Error{ErrorKind::invalid_input, fmt::format("{} cannot be unpacked: {}", name,
                                                     why != nullptr ? why : "it is broken")};
}

std::string path_of(archive_entry* header) {
  const char* path = archive_entry_pathname(header);
  return path != nullptr ? path : "";
}

/// Not a folder, nor what macOS adds beside each file.
bool is_content(archive_entry* header) {
  const std::string path = path_of(header);
  const std::string name = path.substr(path.rfind('/') + 1);
  return archive_entry_filetype(header) == AE_IFREG && !path.starts_with("__MACOSX/") &&
         !name.starts_with("._");
}

/// The bytes of the entry an archive stands at.
class EntryBytes final : public ByteSource {
 public:
  EntryBytes(archive* raw, std::string name) : raw_(raw), name_(std::move(name)) {}

  Result<std::size_t> read(std::span<char> into) override {
    const la_ssize_t count = archive_read_data(raw_, into.data(), into.size());
    if (count < 0) return archive_error(name_, raw_);
    return static_cast<std::size_t>(count);
  }
  std::uint64_t file_position() const override { return 0; }

 private:
  archive* raw_;
  std::string name_;
};

class ZipBytes final : public ByteSource {
 public:
  ZipBytes(Archive opened, std::string name)
      : archive_(std::move(opened)), name_(std::move(name)) {}

  Result<std::size_t> read(std::span<char> into) override {
    while (!into.empty()) {
      if (entry_ == nullptr) {
        const auto has_entry = open_next();
        if (!has_entry) return has_entry.error();
        if (!*has_entry) return 0;
      }
      auto count = entry_->read(into);
      if (!count || *count > 0) return count;
      entry_.reset();
      into.front() = '\n';
      return 1;
    }
    return 0;
  }
  std::uint64_t file_position() const override {
    return static_cast<std::uint64_t>(
        std::max<la_int64_t>(0, archive_filter_bytes(archive_.get(), -1)));
  }

 private:
  Result<bool> open_next() {
    archive_entry* header = nullptr;
    int state = ARCHIVE_OK;
    do {
      state = archive_read_next_header(archive_.get(), &header);
      if (state == ARCHIVE_EOF) return false;
      if (state < ARCHIVE_WARN) return archive_error(name_, archive_.get());
    } while (!is_content(header));
    const std::string path = path_of(header);
    const std::string entry_name = fmt::format("{} in {}", path, name_);
    entry_ = std::make_unique<EntryBytes>(archive_.get(), entry_name);
    if (path.ends_with(".gz")) entry_ = gzip_bytes(std::move(entry_), entry_name);
    return true;
  }

  Archive archive_;
  std::string name_;
  std::unique_ptr<ByteSource> entry_;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_zip(const std::filesystem::path& file) {
  constexpr std::size_t kBlock = std::size_t{1} << 18;
  Archive opened(archive_read_new());
  archive_read_support_format_zip(opened.get());
  if (archive_read_open_filename(opened.get(), file.c_str(), kBlock) != ARCHIVE_OK) {
    return archive_error(file.string(), opened.get());
  }
  return std::unique_ptr<ByteSource>(std::make_unique<ZipBytes>(std::move(opened), file.string()));
}

}  // namespace tidemark
