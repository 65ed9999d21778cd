#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "api/invitation_link.h"
#include "api/resource/answers.h"
#include "wire/timestamp.h"

namespace tidemark::answer {
namespace {

Json person_json(const Person& person) {
  return {{"number", person.number},
          {"email", person.email},
          {"name", person.name},
          {"role", role_name(person.access)},
          {"created", timestamp_text(person.created)},
          {"last_seen", person.last_seen ? Json(timestamp_text(*person.last_seen)) : Json()}};
}

/// The person whom the path names; a refusal where there is none, or the caller may not touch them.
Result<Person> person_of(Desk& desk, const Question& question) {
  std::int64_t number = 0;
  const std::string& text = question.parts.front();
  std::from_chars(text.data(), text.data() + text.size(), number);
  const auto person = desk.control().people().of_number(number);
  if (!person) return person.error();
  if (!*person) return Error{ErrorKind::not_found, "there is no such user"};
  return **person;
}

std::optional<HttpReply> only_owners(const Question& question, Access before, Access after) {
  const bool is_about_owners = before == Access::owner || after == Access::owner;
  if (!is_about_owners || question.caller.access == Access::owner) return std::nullopt;
  return problem(403, "only an owner makes owners, or takes that back");
}

Access role_of(Body& body) {
  const std::string role = body.needed_text("role");
  const auto access = role_named(role);
  if (!access && !role.empty()) body.is_wrong("role", "it is viewer, analyst, admin or owner");
  return access.value_or(Access::none);
}

}  // namespace

Result<HttpReply> people(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto people = desk.control().people().all();
  if (!people) return people.error();
  const auto invitations = desk.control().people().invitations();
  if (!invitations) return invitations.error();
  Json json = {{"data", Json::array()}, {"invitations", Json::array()}};
  for (const Person& person : *people) json["data"].push_back(person_json(person));
  for (const Invitation& invitation : *invitations) {
    json["invitations"].push_back({{"email", invitation.email},
                                   {"role", role_name(invitation.access)},
                                   {"created", timestamp_text(invitation.created)},
                                   {"expires", timestamp_text(invitation.expires)}});
  }
  return json_reply(200, json);
}

Result<HttpReply> invite(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string email = body.needed_text("email", 320);
  if (!email.empty() && email.find('@') == std::string::npos) {
    body.is_wrong("email", "it is no e-mail address");
  }
  const Access access = role_of(body);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  if (auto refused = only_owners(question, access, access)) return *std::move(refused);
  const auto known = desk.control().people().of_email(email);
  if (!known) return known.error();
  if (*known) return problem(409, email + " signs in already");
  const auto link =
      invitation_link(desk.control(), desk.gate.place().url(), email, access, desk.now());
  if (!link) return link.error();
  if (auto kept = question.record(desk, "user.invite", email, "", std::string(role_name(access)));
      !kept) {
    return kept.error();
  }
  return json_reply(201, {{"email", email}, {"role", role_name(access)}, {"link", *link}});
}

Result<HttpReply> withdraw_invitation(Desk& desk, Question& question) {
  const std::string& email = question.parts.front();
  if (auto done = desk.control().people().withdraw(email); !done) return done.error();
  if (auto kept = question.record(desk, "user.withdraw", email); !kept) return kept.error();
  return HttpReply{204, ""};
}

Result<HttpReply> change_role(Desk& desk, Question& question) {
  Body body(question.request);
  const Access access = role_of(body);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  auto person = person_of(desk, question);
  if (!person) return person.error();
  if (auto refused = only_owners(question, person->access, access)) return *std::move(refused);
  const std::string before(role_name(person->access));
  const auto set = desk.control().people().set_access(person->number, person->access, access);
  if (!set) return set.error();
  person->access = access;
  if (auto kept =
          question.record(desk, "user.role", person->email, before, std::string(role_name(access)));
      !kept) {
    return kept.error();
  }
  return json_reply(200, person_json(*person));
}

Result<HttpReply> remove_person(Desk& desk, Question& question) {
  const auto person = person_of(desk, question);
  if (!person) return person.error();
  if (auto refused = only_owners(question, person->access, person->access)) {
    return *std::move(refused);
  }
  if (auto removed = desk.control().people().remove(person->number); !removed) {
    return removed.error();
  }
  if (auto kept = question.record(desk, "user.remove", person->email,
                                  std::string(role_name(person->access)));
      !kept) {
    return kept.error();
  }
  return HttpReply{204, ""};
}

}  // namespace tidemark::answer
