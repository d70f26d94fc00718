# Run by CPack between the installation of the components and the making of the packages: what Debian has beside that of
# any other system, and where it wants some files.

set(package_program scalesmall)
set(package_development libscalesmall-dev)
file(READ ${CPACK_SCALESMALL_SOURCE}/LICENSE licence)
string(STRIP "${licence}" licence)
string(REPLACE "\n" "\n " licence "${licence}")
string(REPLACE "\n \n" "\n .\n" licence "${licence}")
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)

foreach(component program development)
  set(tree ${CPACK_TEMPORARY_DIRECTORY}/${component})
  if(NOT IS_DIRECTORY ${tree}/usr)
    continue()
  endif()
  set(documents ${tree}/usr/share/doc/${package_${component}})
  file(WRITE ${documents}/copyright "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: scalesmall

Files: *
Copyright: 2026 the scalesmall authors
License: Expat
 ${licence}
")
  configure_file(${CPACK_SCALESMALL_SOURCE}/CHANGELOG.md ${documents}/CHANGELOG.md COPYONLY)
  file(WRITE ${documents}/changelog "scalesmall (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * CHANGELOG.md says what has changed.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")
  set(packed ${documents}/CHANGELOG.md ${documents}/changelog)
  if(component STREQUAL program)
    foreach(unit scalesmall.service scalesmall@.service)
      configure_file(${CPACK_SCALESMALL_SOURCE}/contrib/systemd/${unit} ${tree}/usr/lib/systemd/system/${unit} COPYONLY)
    endforeach()
    configure_file(${CPACK_SCALESMALL_SOURCE}/contrib/systemd/sysusers.conf ${tree}/usr/lib/sysusers.d/scalesmall.conf COPYONLY)
    configure_file(${CPACK_SCALESMALL_CONFIG} ${tree}/etc/scalesmall/scalesmall.conf COPYONLY)
    file(MAKE_DIRECTORY ${tree}/usr/share/zsh)
    file(RENAME ${tree}/usr/share/zsh/site-functions ${tree}/usr/share/zsh/vendor-completions)
    list(APPEND packed ${tree}/usr/share/man/man1/scalesmall.1 ${tree}/usr/share/man/man5/scalesmall.conf.5)
  endif()
  execute_process(COMMAND gzip -9nf ${packed} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
