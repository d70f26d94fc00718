# Compiler launcher, linker and warnings of this project's own builds.

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_compile_options(-Wall -Wextra -Wpedantic)
if(SCALESMALL_WERROR)
  add_compile_options(-Werror)
endif()

# Where sources are compiled as one, g++ takes their anonymous namespaces for those of headers.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-subobject-linkage)
endif()

# What ThreadSanitizer has to be told of CAF; programs that it watches link to $<TARGET_NAME_IF_EXISTS:caf_order>.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
  add_library(caf_order OBJECT ${CMAKE_CURRENT_LIST_DIR}/caf_order.cpp)
endif()
