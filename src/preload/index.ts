// The only door between the window and main: window.whisker, as the contract has it. Nothing of Electron itself gets
// through.

import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { callNames } from '../shared/contract.ts';
import type { EventMessage, WhiskerBridge } from '../shared/contract.ts';
import { ipcChannels } from '../shared/ipc-channels.ts';

const bridge: WhiskerBridge &
  Required<Pick<WhiskerBridge, 'chooseFolder' | 'chooseNetwork' | 'showSaved' | 'showExported' | 'revealPhoto'>> = {
  async call(name, input) {
    if (!callNames.includes(name)) {
      return { ok: false, error: { code: 'forbidden', message: 'There is no such call.' } };
    }
    return ipcRenderer.invoke(ipcChannels.call, name, input);
  },
  subscribe(listener) {
    const hear = (_event: unknown, message: EventMessage): void => listener(message);
    ipcRenderer.on(ipcChannels.event, hear);
    // A block body: returning what `off` returns would hand ipcRenderer to the page.
    return () => {
      ipcRenderer.off(ipcChannels.event, hear);
    };
  },
  pathForFile: (file) => webUtils.getPathForFile(file) || null,
  chooseFolder: (purpose) => ipcRenderer.invoke(ipcChannels.chooseFolder, purpose),
  chooseNetwork: (kind) => ipcRenderer.invoke(ipcChannels.chooseNetwork, kind),
  showSaved: (number) => ipcRenderer.invoke(ipcChannels.showSaved, number),
  showExported: () => ipcRenderer.invoke(ipcChannels.showExported),
  revealPhoto: (id, path) => ipcRenderer.invoke(ipcChannels.revealPhoto, id, path),
};

contextBridge.exposeInMainWorld('whisker', bridge);
