#include "net/public_address.h"

#include <array>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

namespace tidemark {

bool is_public_address(const std::string& address) {
  in6_addr six{};
  in_addr four{};
  if (inet_pton(AF_INET, address.c_str(), &four) == 1) {
    const std::uint32_t bits = ntohl(four.s_addr);
    const auto is_in = [&](std::uint32_t network, int length) {
      return bits >> (32 - length) == network >> (32 - length);
    };
    return !(is_in(0x00000000, 8) || is_in(0x0A000000, 8) || is_in(0x64400000, 10) ||
             is_in(0x7F000000, 8) || is_in(0xA9FE0000, 16) || is_in(0xAC100000, 12) ||
             is_in(0xC0000000, 24) || is_in(0xC0A80000, 16) || is_in(0xC6120000, 15) ||
             is_in(0xE0000000, 3));
  }
  if (inet_pton(AF_INET6, address.substr(0, address.find('%')).c_str(), &six) != 1) return false;
  if (IN6_IS_ADDR_V4MAPPED(&six) || IN6_IS_ADDR_V4COMPAT(&six)) {
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, &six.s6_addr[12], text.data(), text.size());
    return is_public_address(text.data());
  }
  // Global unicast alone, and of it neither ways to IPv4 nor documentation.
  const bool is_global = (six.s6_addr[0] & 0xE0) == 0x20;
  const bool is_tunnel = six.s6_addr[0] == 0x20 && six.s6_addr[1] == 0x02;
  const bool is_teredo = six.s6_addr[0] == 0x20 && six.s6_addr[1] == 0x01 && six.s6_addr[2] == 0 &&
                         six.s6_addr[3] == 0;
  return is_global && !is_tunnel && !is_teredo;
}

Result<std::vector<std::string>> public_addresses(const std::string& host,
                                                  const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) {
    return Error{ErrorKind::unavailable, "no answer: its name is not known"};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(found, &freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) != 0) {
      continue;
    }
    addresses.emplace_back(text.data());
    if (!is_public_address(addresses.back())) {
      return Error{ErrorKind::invalid_input,
                   fmt::format("{} is within a private network ({})", host, addresses.back())};
    }
  }
  return addresses;
}

}  // namespace tidemark
