#include "collect/byte_source.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

#include "collect/zip_bytes.h"

namespace tidemark {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 18;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// The file's own bytes.
class PlainBytes final : public ByteSource {
 public:
  PlainBytes(File file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::fread(into.data(), 1, into.size(), file_.get());
    if (count == 0 && std::ferror(file_.get()) != 0) {
      return Error{ErrorKind::unavailable,
                   fmt::format("{} cannot be read: {}", name_, std::strerror(errno))};
    }
    position_ += count;
    return count;
  }
  std::uint64_t file_position() const override { return position_; }
  bool rewind() {
    position_ = 0;
    return std::fseek(file_.get(), 0, SEEK_SET) == 0;
  }

 private:
  File file_;
  std::string name_;
  std::uint64_t position_ = 0;
};

/// What a decompressor has not consumed yet of the file.
class Input {
 public:
  Input(std::unique_ptr<ByteSource> bytes, std::string name)
      : bytes_(std::move(bytes)), name_(std::move(name)), block_(kBlock) {}

  /// Reads more where nothing is left; false at the end of the file.
  Result<bool> fill() {
    if (begin_ < end_) return true;
    const auto count = bytes_->read(block_);
    if (!count) return count.error();
    begin_ = 0;
    end_ = *count;
    return end_ > 0;
  }
  char* data() { return block_.data() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  void consume(std::size_t count) { begin_ += count; }
  std::uint64_t file_position() const { return bytes_->file_position() - size(); }

  Error broken(std::string_view format) const {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is broken: its {} data cannot be unpacked after byte {}", name_,
                             format, file_position())};
  }
  Error truncated(std::string_view format) const {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is cut off: its {} data ends too early; copy or export it again",
                             name_, format)};
  }

 private:
  std::unique_ptr<ByteSource> bytes_;
  std::string name_;
  std::vector<char> block_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// One gzip member after the other, as `cat a.gz b.gz` makes them.
class GzipBytes final : public ByteSource {
 public:
  explicit GzipBytes(Input input) : input_(std::move(input)) {
    constexpr int kGzipOnly = 15 + 16;
    CHECK(inflateInit2(&stream_, kGzipOnly) == Z_OK);
  }
  ~GzipBytes() override { inflateEnd(&stream_); }

  Result<std::size_t> read(std::span<char> into) override {
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    stream_.avail_out = static_cast<uInt>(into.size());
    while (stream_.avail_out == into.size()) {
      const auto has_input = input_.fill();
      if (!has_input) return has_input.error();
      if (!*has_input) {
        if (!is_between_members_) return input_.truncated("gzip");
        break;
      }
      if (is_between_members_) {
        // Zeros after the last member are padding.
        if (*input_.data() == '\0') {
          input_.consume(1);
          continue;
        }
        CHECK(inflateReset(&stream_) == Z_OK);
        is_between_members_ = false;
      }
      stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
      stream_.avail_in = static_cast<uInt>(input_.size());
      const int state = inflate(&stream_, Z_NO_FLUSH);
      input_.consume(input_.size() - stream_.avail_in);
      if (state == Z_STREAM_END) {
        is_between_members_ = true;
      } else if (state != Z_OK && state != Z_BUF_ERROR) {
        return input_.broken("gzip");
      }
    }
    return into.size() - stream_.avail_out;
  }
  std::uint64_t file_position() const override { return input_.file_position(); }

 private:
  Input input_;
  z_stream stream_{};
  bool is_between_members_ = false;
};

class ZstdBytes final : public ByteSource {
 public:
  explicit ZstdBytes(Input input) : input_(std::move(input)), stream_(ZSTD_createDStream()) {
    CHECK(stream_ != nullptr);
  }
  ~ZstdBytes() override { ZSTD_freeDStream(stream_); }

  Result<std::size_t> read(std::span<char> into) override {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (out.pos == 0) {
      const auto has_input = input_.fill();
      if (!has_input) return has_input.error();
      if (!*has_input) {
        if (wanted_ != 0) return input_.truncated("zstd");
        break;
      }
      ZSTD_inBuffer in{input_.data(), input_.size(), 0};
      wanted_ = ZSTD_decompressStream(stream_, &out, &in);
      input_.consume(in.pos);
      if (ZSTD_isError(wanted_) != 0U) return input_.broken("zstd");
    }
    return out.pos;
  }
  std::uint64_t file_position() const override { return input_.file_position(); }

 private:
  Input input_;
  ZSTD_DStream* stream_;
  std::size_t wanted_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_bytes(const std::filesystem::path& file) {
  const std::string name = file.string();
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is a folder; name the files in it", name)};
  }
  File opened(std::fopen(file.c_str(), "rb"));
  if (opened == nullptr) {
    return Error{errno == ENOENT ? ErrorKind::not_found : ErrorKind::unavailable,
                 fmt::format("{} cannot be opened: {}", name, std::strerror(errno))};
  }
  auto plain = std::make_unique<PlainBytes>(std::move(opened), name);
  std::array<char, 4> start{};
  if (const auto count = plain->read(start); !count) return count.error();
  if (!plain->rewind()) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} cannot be read from its start again; is it a pipe? use - and "
                             "standard input",
                             name)};
  }
  const std::string_view magic(start.data(), start.size());
  if (magic.starts_with("\x1f\x8b")) {
    return gzip_bytes(std::move(plain), name);
  }
  if (magic == "\x28\xb5\x2f\xfd") {
    return std::unique_ptr<ByteSource>(std::make_unique<ZstdBytes>(Input(std::move(plain), name)));
  }
  if (magic == "PK\x03\x04") return open_zip(file);
  return std::unique_ptr<ByteSource>(std::move(plain));
}

std::unique_ptr<ByteSource> gzip_bytes(std::unique_ptr<ByteSource> packed, std::string name) {
  return std::make_unique<GzipBytes>(Input(std::move(packed), std::move(name)));
}

Result<std::string> content_hash(ByteSource& bytes) {
  struct FreeState {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  const std::unique_ptr<XXH3_state_t, FreeState> state(XXH3_createState());
  XXH3_128bits_reset(state.get());
  std::vector<char> block(kBlock);
  for (;;) {
    const auto count = bytes.read(block);
    if (!count) return count.error();
    if (*count == 0) break;
    XXH3_128bits_update(state.get(), block.data(), *count);
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace tidemark
