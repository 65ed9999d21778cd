#include "model/email_domain.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(CompanyDomain, is_that_of_an_address_at_a_company) {
  EXPECT_EQ(company_domain("ann@acme.example"), "acme.example");
  EXPECT_EQ(company_domain("Ann.B+news@Mail.ACME.example"), "mail.acme.example");
  EXPECT_EQ(company_domain("ann@bücher.example"), "bücher.example");
}

TEST(CompanyDomain, is_none_where_anybody_gets_an_address) {
  for (const char* email :
       {"ann@gmail.com", "ann@GMX.de", "ann@yahoo.co.uk", "ann@10minutemail.com", "ann@zoho.com"}) {
    EXPECT_EQ(company_domain(email), std::nullopt) << email;
  }
}

TEST(CompanyDomain, is_none_of_what_is_no_address) {
  for (const char* email :
       {"", "ann", "@acme.example", "ann@", "ann@acme", "ann@.example", "ann@acme.",
        "ann@b@acme.example", "ann@acme .example", "ann@acme.example>"}) {
    EXPECT_EQ(company_domain(email), std::nullopt) << email;
  }
}

}  // namespace
}  // namespace tidemark
