#include "net/curl_place.h"

#include <fmt/format.h>

#include "net/public_address.h"

namespace tidemark {
namespace {

struct Place {
  std::string host;  // without the brackets of an IPv6 address
  std::string port;
};

Result<Place> place_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  char* host = nullptr;
  char* port = nullptr;
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parts.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK ||
      curl_url_get(parts.get(), CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK) {
    curl_free(host);
    return Error{ErrorKind::invalid_input, "not the address of a server"};
  }
  Place place{host, port};
  curl_free(host);
  curl_free(port);
  if (place.host.starts_with('[')) place.host = place.host.substr(1, place.host.size() - 2);
  return place;
}

}  // namespace

void add(CurlList& list, const std::string& text) {
  list.reset(curl_slist_append(list.release(), text.c_str()));
}

Result<CurlList> public_place(const std::string& url) {
  const auto place = place_of(url);
  if (!place) return place.error();
  const auto addresses = public_addresses(place->host, place->port);
  if (!addresses) return addresses.error();
  CurlList pinned;
  add(pinned, fmt::format("{}:{}:{}", place->host, place->port, fmt::join(*addresses, ",")));
  return pinned;
}

}  // namespace tidemark
