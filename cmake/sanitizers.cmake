# TIDEMARK_SANITIZE: empty, or what -fsanitize takes ("address,undefined", "thread").
set(TIDEMARK_SANITIZE "" CACHE STRING "Sanitizers to build with")
if(TIDEMARK_SANITIZE)
  # Less to optimise and line numbers alone: such builds are made for a few minutes of tests.
  add_compile_options(-fsanitize=${TIDEMARK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1 -g1)
  add_link_options(-fsanitize=${TIDEMARK_SANITIZE})
  add_compile_definitions(TIDEMARK_SANITIZED _GLIBCXX_ASSERTIONS)
  # With sanitizers g++ 12 sees uninitialised variants where there are none.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
option(TIDEMARK_FUZZ "Build the fuzzers (clang only)" OFF)
if(TIDEMARK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
