#include <fmt/format.h>

#include "api/access/password.h"
#include "api/resource/answers.h"
#include "base/sha256.h"

namespace tidemark::answer {
namespace {

Json session_json(const Caller& caller) {
  Json json = {{"is_signed_in", caller.access != Access::none},
               {"access", scope_name(caller.access)},
               {"email", Json()},
               {"name", Json()},
               {"role", Json()},
               {"csrf_token", Json()}};
  if (caller.person) {
    json["email"] = caller.person->email;
    json["name"] = caller.person->name;
    json["role"] = role_name(caller.person->access);
  }
  if (caller.session) json["csrf_token"] = caller.session->csrf;
  return json;
}

/// An answer that opens a session for the person.
Result<HttpReply> signed_in(Desk& desk, const Person& person, int status) {
  Session session;
  const auto cookie = desk.gate.open_session(person, session);
  if (!cookie) return cookie.error();
  HttpReply reply =
      json_reply(status, session_json({person.access, person.email, person, session, false}));
  reply.headers.emplace_back("Set-Cookie", *cookie);
  reply.headers.emplace_back("Set-Cookie", desk.gate.device_cookie(person));
  return reply;
}

}  // namespace

Result<HttpReply> session(Desk&, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  return json_reply(200, session_json(question.caller));
}

Result<HttpReply> sign_in(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string email = body.needed_text("email", 320);
  const std::string password = body.needed_text("password", 1000);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const auto person = desk.control().people().of_email(email);
  if (!person) return person.error();
  // Wrong passwords of a stranger lock the e-mail for strangers, not for a browser of its owner.
  const std::string device = *person ? desk.gate.known_device(question.request, **person) : "";
  const std::string tried = device.empty() ? email : device;
  if (const auto locked = desk.sign_in_limit.locked_for(tried)) {
    HttpReply reply = problem(
        429, fmt::format("too many wrong passwords; try again in {} seconds", locked->count()));
    reply.headers.emplace_back("Retry-After", fmt::format("{}", locked->count()));
    return reply;
  }
  if (!is_password_of(password, *person ? (*person)->password : "")) {
    desk.sign_in_limit.failed(tried);
    return problem(401, "this e-mail and password do not fit together");
  }
  desk.sign_in_limit.succeeded(tried);
  // Who signs in anew leaves nothing behind of an older session in the same browser.
  if (question.caller.session) {
    const auto closed = desk.control().people().close_session(question.caller.session->hash);
    if (!closed) return closed.error();
  }
  return signed_in(desk, **person, 200);
}

Result<HttpReply> sign_out(Desk& desk, Question& question) {
  if (question.caller.session) {
    const auto closed = desk.control().people().close_session(question.caller.session->hash);
    if (!closed) return closed.error();
  }
  HttpReply reply{204, ""};
  reply.headers.emplace_back("Set-Cookie", desk.gate.ended_cookie());
  return reply;
}

Result<HttpReply> change_password(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string old = body.needed_text("password", 1000);
  const std::string wanted = body.needed_text("new_password", 1000);
  if (!question.caller.session) return problem(422, "only people who signed in have a password");
  const Person& person = *question.caller.person;
  const std::string unfit = password_problem(wanted, person.email);
  if (!wanted.empty() && !unfit.empty()) body.is_wrong("new_password", unfit);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  if (const auto locked = desk.sign_in_limit.locked_for(person.email)) {
    return problem(
        429, fmt::format("too many wrong passwords; try again in {} seconds", locked->count()));
  }
  if (!is_password_of(old, person.password)) {
    desk.sign_in_limit.failed(person.email);
    return problem(403, "this is not the password you have now");
  }
  const std::string hash = password_hash(wanted);
  const auto done = desk.control().as_one([&]() -> Result<void> {
    const auto set = desk.control().people().set_password(person.number, person.password, hash,
                                                          question.caller.session->hash);
    if (!set) return set.error();
    return question.record(desk, "user.password", person.email);
  });
  if (!done) return done.error();
  return HttpReply{204, ""};
}

Result<HttpReply> accept_invitation(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string token = body.needed_text("token", 200);
  Person person;
  person.email = body.text("email").value_or("");
  person.name = body.needed_text("name", 200);
  const std::string password = body.needed_text("password", 1000);
  const auto invitations = desk.control().people().invitations();
  if (!invitations) return invitations.error();
  const std::string hash = sha256(token);
  for (const Invitation& invitation : *invitations) {
    if (invitation.hash != hash) continue;
    if (!invitation.email.empty()) person.email = invitation.email;
    const auto at = person.email.find('@');
    if (at == std::string::npos || at == 0 || at + 1 == person.email.size() ||
        person.email.size() > 320) {
      body.is_wrong("email", "it is no e-mail address");
    }
  }
  const std::string unfit = password_problem(password, person.email);
  if (!password.empty() && !unfit.empty()) body.is_wrong("password", unfit);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  person.password = password_hash(password);
  std::optional<Person> joined;
  const auto done = desk.control().as_one([&]() -> Result<void> {
    const auto made = desk.control().people().accept(hash, person, desk.now());
    if (!made) return made.error();
    joined = *made;
    Question by_them;
    by_them.caller = {made->access, made->email, *made, {}, false};
    return by_them.record(desk, "user.join", made->email, "", std::string(role_name(made->access)));
  });
  if (!done) return done.error();
  return signed_in(desk, *joined, 201);
}

}  // namespace tidemark::answer
