// How a component finds the app it belongs to.

import { createContext } from 'svelte';
import type { App } from './app.svelte.ts';

export const [getApp, setApp] = createContext<App>();
