# Components: supervision (the supervisors alone), owner_actors, testing. Without any, or with the latter two, the node is
# found: scalesmall::scalesmall.
include(CMakeFindDependencyMacro)

list(PREPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
find_dependency(CAF 0.17.6 COMPONENTS core)
if(NOT scalesmall_FIND_COMPONENTS STREQUAL "supervision")
  find_dependency(Snappy)
  find_dependency(Sodium)
endif()
if("owner_actors" IN_LIST scalesmall_FIND_COMPONENTS)
  find_package(CAF 0.17.6 QUIET REQUIRED COMPONENTS core io)  # also where CAF's core alone was found before
endif()
list(POP_FRONT CMAKE_MODULE_PATH)

include(${CMAKE_CURRENT_LIST_DIR}/scalesmallTargets.cmake)
if(NOT scalesmall_FIND_COMPONENTS STREQUAL "supervision" AND NOT TARGET scalesmall::scalesmall)
  set(scalesmall_FOUND FALSE)
  set(scalesmall_NOT_FOUND_MESSAGE "this scalesmall has the supervisors alone: name COMPONENTS supervision")
endif()
foreach(_scalesmall_component ${scalesmall_FIND_COMPONENTS})
  if(TARGET scalesmall::${_scalesmall_component})
    set(scalesmall_${_scalesmall_component}_FOUND TRUE)
  elseif(scalesmall_FIND_REQUIRED_${_scalesmall_component})
    set(scalesmall_FOUND FALSE)
    set(scalesmall_NOT_FOUND_MESSAGE "this scalesmall was built without ${_scalesmall_component}")
  endif()
endforeach()
