'use strict'
// Passkeys: when such a form is sent, the browser is asked for a passkey and its answer travels in the form.

const read = (id) => JSON.parse(document.getElementById(id).textContent)

const ways = {
  async create() {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(read('passkey-options').creation_options.publicKey)
    Object.assign(publicKey.authenticatorSelection, {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    })
    return navigator.credentials.create({ publicKey })
  },
  async get(form) {
    let options
    if (form.dataset.passkeyOptions === 'ask') {
      const answer = await fetch(form.action, { headers: { Accept: 'application/json' } })
      options = (await answer.json()).request_options
    } else {
      options = read('passkey-options').request_options
    }
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey) })
  },
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.hidden = !window.PublicKeyCredential
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const fault = form.querySelector('.passkey-fault')
    fault.hidden = true
    try {
      const credential = await ways[form.dataset.passkey](form)
      form.elements.credential.value = JSON.stringify(credential.toJSON())
      form.submit()
    } catch {
      fault.hidden = false
    }
  })
}
