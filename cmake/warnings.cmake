# Warnings are errors; what a compiler doubts is mended, not silenced.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
