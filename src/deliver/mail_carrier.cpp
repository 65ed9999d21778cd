#include "deliver/mail_carrier.h"

#include <fmt/format.h>

#include "net/mail_client.h"
#include "wire/json.h"

namespace tidemark {
namespace {

Mail mail_of(const Shipment& shipment) {
  const Parcel& delivery = shipment.deliveries.front();
  const Json body = Json::parse(delivery.body);
  return {delivery.id,
          shipment.destination.sender,
          shipment.destination.recipients,
          body.value("subject", std::string()),
          body.value("text", std::string()),
          body.value("html", std::string()),
          shipment.clock.now()};
}

/// A server of mail says in its own numbers what others say in those of HTTP.
Verdict verdict_of(const Shipment& shipment, const MailReply& reply) {
  constexpr int kNotNow = 400;
  constexpr int kNever = 500;
  const std::string words =
      reply.text.empty() ? fmt::format("SMTP {}", reply.code) : "SMTP " + reply.text;
  if (reply.code < kNotNow) return {Fate::delivered, {}, {}, {}};
  if (reply.code < kNever) {
    return judge({shipment.destination.kind, nullptr, words, shipment.before, 1, shipment.jitter,
                  shipment.clock.now()});
  }
  // It asks who we are, lets us in no more, or takes nothing from this sender.
  for (const int code : {530, 534, 535, 538}) {
    if (reply.code == code) return {Fate::pause, {}, {}, words};
  }
  return {Fate::dead, {}, {}, words};
}

}  // namespace

Carried MailCarrier::carry(const Shipment& shipment) {
  const Destination& destination = shipment.destination;
  const std::string& secret = shipment.secrets.secret;
  const auto colon = secret.find(':');
  MailServer server;
  server.url = destination.url;
  server.user = secret.substr(0, colon);
  if (colon != std::string::npos) server.password = secret.substr(colon + 1);
  server.only_public = !destination.allows_private;
  server.needs_tls = !destination.allows_private;
  const auto reply = send_mail(server, mail_of(shipment));
  if (!reply) return unanswered(shipment, reply.error());
  Carried carried;
  carried.status = reply->code;
  carried.verdict = verdict_of(shipment, *reply);
  if (colon != std::string::npos) mask(carried.verdict.problem, secret.substr(colon + 1));
  return carried;
}

std::string MailCarrier::words(const Shipment& shipment) {
  const Mail mail = mail_of(shipment);
  return fmt::format("{}\nFrom: {}\nTo: {}\nSubject: {}\n\n{}", shipment.destination.url, mail.from,
                     fmt::join(mail.to, ", "), mail.subject, mail.text);
}

}  // namespace tidemark
