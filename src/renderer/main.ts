// Starts the renderer: finds its host, and mounts the app, or says that there is none.

import { mount } from 'svelte';
import { connect } from './api.ts';
import App from './app/App.svelte';
import CutOff from './app/CutOff.svelte';
import { languageNow } from '../shared/language.ts';
import './ui/tokens.css';
import './ui/base.css';

const { language, direction } = languageNow();
document.documentElement.lang = language;
document.documentElement.dir = direction;

const target = document.getElementById('app');
const transport = connect();
if (target && transport) mount(App, { target, props: { transport } });
else if (target) mount(CutOff, { target });
