// Names of the ways between the desktop window and main. Known to the preload and hosts/desktop/ipc.ts only.

export const ipcChannels = {
  /** (name, input) -> Result */
  call: 'whisker:call',
  /** 'open' or 'export' -> absolute path or null */
  chooseFolder: 'whisker:choose-folder',
  /** 'file' or 'folder' -> absolute path or null */
  chooseNetwork: 'whisker:choose-network',
  /** number of a saved file */
  showSaved: 'whisker:show-saved',
  /** () -> nothing */
  showExported: 'whisker:show-exported',
  /** number of a photo, one of its paths */
  revealPhoto: 'whisker:reveal-photo',
  /** main -> window: EventMessage */
  event: 'whisker:event',
} as const;
