// Which of a machine's addresses reaches another machine: gloo's own choice is that of the host's name, which many
// systems give the loopback's.
#pragma once

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <string>

namespace leeway {
namespace distributed {

inline std::string textOf(const sockaddr* address) {
  char text[NI_MAXHOST] = "";
  const socklen_t size = address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  const bool known = address->sa_family == AF_INET || address->sa_family == AF_INET6;
  if (!known || getnameinfo(address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) return "";
  return text;
}

// The address that packets to a host leave from: a datagram's socket is connected without sending anything. Empty where
// the name is not known yet, or no route leads there.
inline std::string addressTowards(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return "";
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(found, freeaddrinfo);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    const int opened = socket(each->ai_family, each->ai_socktype, each->ai_protocol);
    if (opened < 0) continue;
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    const bool reached = connect(opened, each->ai_addr, each->ai_addrlen) == 0 &&
                         getsockname(opened, reinterpret_cast<sockaddr*>(&own), &size) == 0;
    close(opened);
    if (reached) return textOf(reinterpret_cast<const sockaddr*>(&own));
  }
  return "";
}

// Of a name its address, of an address its name: the network interfaces of this machine. Empty where there is none.
inline std::string interfaceWith(const std::string& wanted, bool wantsName) {
  ifaddrs* found = nullptr;
  if (getifaddrs(&found) != 0) return "";
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all(found, freeifaddrs);
  for (const ifaddrs* each = found; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr) continue;
    const std::string address = textOf(each->ifa_addr);
    if (address.empty()) continue;
    if (wantsName && address == wanted) return each->ifa_name;
    if (!wantsName && each->ifa_name == wanted) return address;
  }
  return "";
}

}  // namespace distributed
}  // namespace leeway
