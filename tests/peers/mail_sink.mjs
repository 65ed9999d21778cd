// A server of mail that keeps nothing: node mail_sink.mjs USER PASSWORD; prints its port, then each mail in a line of JSON. Of the first sender's tries it takes
// the second; who is sent to as nobody@ is unknown.
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

const [user, password] = process.argv.slice(2);
let tries = 0;
const problem = (words, responseCode) => Object.assign(new Error(words), { responseCode });
const server = new SMTPServer({
  authOptional: user === "",
  allowInsecureAuth: true,
  disabledCommands: ["STARTTLS"],
  onAuth: (auth, _, done) =>
    auth.username === user && auth.password === password ? done(null, { user }) : done(problem("who are you", 535)),
  onMailFrom: (_address, _session, done) => (++tries === 1 ? done(problem("come again", 451)) : done()),
  onRcptTo: (address, _, done) => (address.address.startsWith("nobody@") ? done(problem("no such person", 550)) : done()),
  onData: (stream, session, done) =>
    simpleParser(stream).then((mail) => {
      const to = session.envelope.rcptTo.map((one) => one.address);
      console.log(JSON.stringify({ to, from: mail.from.text, subject: mail.subject, text: mail.text, html: mail.html, id: mail.messageId, date: mail.date }));
      done();
    }, done),
});
server.listen(0, "127.0.0.1", () => console.log(server.server.address().port));
