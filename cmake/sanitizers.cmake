# TIDEMARK_SANITIZE: empty, or what -fsanitize takes ("address,undefined", "thread").
set(TIDEMARK_SANITIZE "" CACHE STRING "Sanitizers to build with")
if(TIDEMARK_SANITIZE)
  add_compile_options(-fsanitize=${TIDEMARK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TIDEMARK_SANITIZE})
  add_compile_definitions(TIDEMARK_SANITIZED)
endif()
option(TIDEMARK_FUZZ "Build the fuzzers (clang only)" OFF)
