#include "api/unpack.h"

#include <array>

#include <fmt/format.h>
#include <zlib.h>

namespace tidemark {
namespace {

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

/// Whether it begins as JSON does.
bool looks_like_json(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

Result<std::optional<std::string>> inflated(std::string_view packed, std::size_t most_bytes) {
  z_stream stream{};
  constexpr int kGzipOrZlib = 15 + 32;
  CHECK(inflateInit2(&stream, kGzipOrZlib) == Z_OK);
  struct End {
    z_stream* stream;
    ~End() { inflateEnd(stream); }
  } const end{&stream};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  std::array<char, std::size_t{64} << 10> block;
  for (int state = Z_OK; state != Z_STREAM_END;) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = block.size() - stream.avail_out;
    if (text.size() + made > most_bytes) return std::optional<std::string>();
    text.append(block.data(), made);
    if (state == Z_BUF_ERROR || (state == Z_OK && made == 0 && stream.avail_in == 0)) {
      return Error{ErrorKind::invalid_input, "the body is cut off: its gzip data ends too early"};
    }
    if (state != Z_OK && state != Z_STREAM_END) {
      return Error{ErrorKind::invalid_input,
                   "the body is broken: its gzip data cannot be unpacked"};
    }
  }
  return std::optional(std::move(text));
}

}  // namespace

Result<std::optional<std::string>> unpacked(const HttpRequest& request, std::size_t most_bytes) {
  std::string body = request.body;
  const bool is_deflated = request.header("content-encoding") == "deflate";
  if (is_gzip(body) || is_deflated) {
    auto text = inflated(body, most_bytes);
    if (!text || !*text) return text;
    body = **std::move(text);
  }
  if (body.empty()) {
    body = request.parameter("data");
  } else if (!looks_like_json(body)) {
    if (auto field = form_field(body, "data"); !field.empty()) body = std::move(field);
  }
  if (looks_like_json(body) || body.empty()) return std::optional(std::move(body));
  // A form turns the plus signs of base64 into spaces.
  for (char& character : body) {
    if (character == ' ') character = '+';
  }
  auto decoded = decoded_base64(body);
  if (looks_like_json(decoded)) return std::optional(std::move(decoded));
  if (is_gzip(decoded)) return inflated(decoded, most_bytes);
  return std::optional(std::move(body));
}

}  // namespace tidemark
