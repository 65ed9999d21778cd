#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "api/lanes.h"
#include "api/route.h"

namespace tidemark {

struct ApiCounts {
  std::array<std::atomic<std::uint64_t>, 6> answers{};  // by the first digit of their status
  std::atomic<std::uint64_t> not_signed_in{0};
  std::atomic<std::uint64_t> not_allowed{0};
  std::atomic<std::uint64_t> forged{0};  // changes that may come from another site's page
  std::atomic<std::uint64_t> wrong_host{0};
};

/// Answers `/api/v1/…` and `/mcp`: finds out who asks, whether they may, and hands the question to
/// its resource on its lane. Answers of GET carry a strong ETag; a POST with an Idempotency-Key is
/// done once, whatever is sent again within a day.
class ApiRoutes {
 public:
  ApiRoutes(Desk& desk, Lanes& lanes) : desk_(desk), lanes_(lanes) {}

  void handle(HttpRequest request, const SendReply& send);

  /// Answers on this thread.
  HttpReply answer(const Route& route, Question& question);

  const ApiCounts& counts() const { return counts_; }

 private:
  void dispatch(HttpRequest request, const SendReply& send);
  void assist(HttpRequest request, const SendReply& send);
  /// Sends what `work` makes of it on a lane, or why that was not done.
  void post(Lane lane, const SendReply& send, std::function<HttpReply()> work,
            const std::string& overtakes = {});
  /// Why the request is not answered; none: it is.
  std::optional<HttpReply> refusal(const HttpRequest& request, const Caller& caller, Access needs,
                                   bool takes_file);
  std::optional<HttpReply> refused_browser(const HttpRequest& request);
  /// From memory, where it was answered since something was published last.
  /// What an answer that stays is kept under: the question, the day and the definition.
  Result<std::string> words_to_keep(const Question& question);
  HttpReply standing_reply(const Route& route, Question& question);
  /// What changes control data alone: the change and who made it become durable together.
  HttpReply changing_reply(const Route& route, Question& question);
  HttpReply answer_once(const Route& route, Question& question);
  HttpReply answer_first_or_again(const Route& route, Question& question, const std::string& key);
  HttpReply reply_to(const Route& route, Question& question);

  Desk& desk_;
  Lanes& lanes_;
  ApiCounts counts_;
  std::mutex under_way_lock_;
  std::set<std::string> under_way_;  // Idempotency-Keys, each with its caller
};

}  // namespace tidemark
