export default {
  defaultTheme: 'auto',
  // Code without a language is a command or an output: no guesses.
  configureHljs: hljs => hljs.configure({ languages: ['plaintext'] }),
}
