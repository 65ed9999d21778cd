#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/desk.h"
#include "api/parameters.h"
#include "api/problem.h"

namespace tidemark {

/// A request on its way to its answer.
struct Question {
  HttpRequest request;
  std::vector<std::string> parts;  // what stands for the `{…}` of the route's path
  Caller caller;

  /// The data as it stands at this moment, for this question alone; made when first asked for.
  Result<Store*> moment(Desk& desk);

  /// Writes into the audit log what was changed.
  Result<void> record(Desk& desk, std::string action, std::string subject, std::string before = {},
                      std::string after = {}) const;

 private:
  std::unique_ptr<Store> moment_;
};

using Answer = Result<HttpReply> (*)(Desk& desk, Question& question);

/// A resource and what may be done with it.
struct Route {
  std::string_view method;
  std::string_view path;  // `/accounts/{id}`, below /api/v1
  Access needs;           // none: whoever comes
  Lane lane;
  Answer answer;
  bool stays = false;       // the same until something else is published, or the definition changes
  bool takes_file = false;  // its body may be anything; of others it is JSON
};

/// Every route, on one screen: routes.cpp.
std::span<const Route> routes();

/// The route of a request, and what stands for the `{…}` of its path.
struct FoundRoute {
  const Route* route = nullptr;  // null: there is none
  std::vector<std::string> parts;
  std::string methods;  // that the path has; empty: there is no such path
};
FoundRoute find_route(std::string_view method, std::string_view path);

/// An opaque text that says where the next page begins, and back; empty where it is none of ours.
std::string cursor_after(std::string_view id);
std::string id_of_cursor(std::string_view cursor);

/// The workspace's definition as it stands, and its zone.
struct Ruling {
  Definition definition;
  TimeZone zone;
};
Result<Ruling> ruling(Desk& desk);

/// What most answers are made of: the workspace's definition, and the data at this moment.
struct Ground {
  Definition definition;
  TimeZone zone;
  Store* store;
};
Result<Ground> ground_of(Desk& desk, Question& question);

/// The day to show where none is asked for: the last published, else the last that has ended.
Result<Day> day_to_show(Desk& desk, Store& store, TimeZone zone);

}  // namespace tidemark
