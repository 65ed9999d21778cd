#include "api/pages.h"

#include <algorithm>
#include <string>

#include <pages_table.h>
#include <zlib.h>

#include "api/etag.h"

namespace tidemark {
namespace {

// Scripts and styles of the server alone; nothing of it inside other sites' pages.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const EmbeddedPage* embedded(std::string_view path) {
  const auto found = std::ranges::find(kEmbeddedPages, path, &EmbeddedPage::path);
  return found == kEmbeddedPages.end() ? nullptr : &*found;
}

/// For those few who take no gzip.
std::string unpacked(std::string_view packed) {
  z_stream stream{};
  constexpr int kGzip = 16;
  if (inflateInit2(&stream, MAX_WBITS + kGzip) != Z_OK) return "";
  std::string text;
  std::string block(std::size_t{64} << 10, '\0');
  std::string input(packed);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(block, 0, block.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return text;
}

}  // namespace

std::optional<HttpReply> page(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  const EmbeddedPage* file = request.path == "/" ? nullptr : embedded(request.path);
  if (file == nullptr) {
    const bool is_opened = request.header("accept").find("text/html") != std::string_view::npos;
    if (!is_opened || request.path.starts_with("/assets/")) return std::nullopt;
    file = embedded("/index.html");
    if (file == nullptr) return std::nullopt;
  }
  HttpReply reply{200, std::string(file->content_type)};
  const std::string etag = "\"" + std::string(file->hash) + "\"";
  // The names of assets change with what is in them.
  const bool stays = file->path.starts_with("/assets/");
  reply.headers = {{"ETag", etag},
                   {"Cache-Control", stays ? "public, max-age=31536000, immutable" : "no-cache"},
                   {"Vary", "Accept-Encoding"},
                   {"X-Content-Type-Options", "nosniff"},
                   {"Referrer-Policy", "no-referrer"},
                   {"Content-Security-Policy", std::string(kContentPolicy)}};
  if (names_etag(request.header("if-none-match"), etag)) {
    reply.status = 304;
    return reply;
  }
  const std::string_view packed(file->begin, static_cast<std::size_t>(file->end - file->begin));
  if (request.header("accept-encoding").find("gzip") != std::string_view::npos) {
    reply.headers.emplace_back("Content-Encoding", "gzip");
    reply.body = packed;
  } else {
    reply.body = unpacked(packed);
  }
  return reply;
}

}  // namespace tidemark
