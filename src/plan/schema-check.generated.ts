// @ts-nocheck
/**
 * Generated from schema.ts by ajv: `UPDATE=1 npx vitest run test/plan`. Do not edit. A JSON value goes in, whether it matches comes
 * out, and `errors` says where not.
 */
import type { ErrorObject } from "ajv";

export interface SchemaCheck {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}

const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"msz plan, version 4","type":"object","properties":{"format":{"const":"msz-plan"},"version":{"const":4},"compiler":{"type":"string","maxLength":1000},"model":{"$ref":"#/definitions/model"},"parameters":{"type":"array","items":{"$ref":"#/definitions/parameter"}},"states":{"type":"array","items":{"$ref":"#/definitions/state"}},"constants":{"type":"array","items":{"$ref":"#/definitions/constant"}},"entries":{"type":"array","items":{"$ref":"#/definitions/entry"}},"training":{"$ref":"#/definitions/training"},"targets":{"type":"object","properties":{"wgsl":{"$ref":"#/definitions/wgsl"},"cuda":{"$ref":"#/definitions/cuda"},"tfjs":{"$ref":"#/definitions/tfjs"}},"required":[],"additionalProperties":false,"minProperties":1}},"required":["format","version","compiler","model","parameters","states","constants","entries","targets"],"additionalProperties":false,"definitions":{"size":{"type":"array","items":{"type":"object","properties":{"times":{"type":"integer","minimum":1,"maximum":281474976710656},"of":{"type":"array","items":{"enum":["B","T","N","S","C","E","M"]},"maxItems":8}},"required":["times","of"],"additionalProperties":false},"minItems":1,"maxItems":32},"tensor":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":["integer","string"],"minimum":1,"maximum":2147483647,"pattern":"^[BTNSCEM]$"},"maxItems":16}},"required":["name","dtype","shape"],"additionalProperties":false},"vocabulary":{"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"bytes"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"ids"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"characters"},"characters":{"type":"array","items":{"type":"string","minLength":1,"maxLength":2},"uniqueItems":true,"minItems":1}},"required":["kind","characters"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"tokenizer"},"file":{"type":"string","pattern":"^[^/\\\\]*[^/\\\\.][^/\\\\]*$","maxLength":255}},"required":["kind","file"],"additionalProperties":false}]},"initializer":{"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"zeros"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"ones"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"normal"},"deviation":{"type":"number","minimum":0}},"required":["kind","deviation"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"uniform"},"low":{"type":"number"},"high":{"type":"number"}},"required":["kind","low","high"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"identity_tap"}},"required":["kind"],"additionalProperties":false}]},"model":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"vocabulary":{"$ref":"#/definitions/vocabulary"},"vocabularySize":{"type":"integer","minimum":1,"maximum":2147483647},"width":{"type":"integer","minimum":1,"maximum":2147483647},"output":{"enum":["logits","log_probs"]},"context":{"type":["integer","null"],"minimum":1,"maximum":2147483647},"positionLimit":{"type":["integer","null"],"minimum":1,"maximum":2147483647},"encoderLimit":{"type":"integer","minimum":1,"maximum":2147483647},"source":{"type":"object","properties":{"vocabulary":{"$ref":"#/definitions/vocabulary"},"vocabularySize":{"type":"integer","minimum":1,"maximum":2147483647},"padding":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"end":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"unknown":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"positionLimit":{"type":["integer","null"],"minimum":1,"maximum":2147483647}},"required":["vocabulary","vocabularySize","padding","end","unknown","positionLimit"],"additionalProperties":false},"padding":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"begin":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"end":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"unknown":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"generate":{"type":"object","properties":{"temperature":{"type":"number","minimum":0},"topK":{"type":"integer","minimum":0,"maximum":2147483647},"topP":{"type":"number","minimum":0,"maximum":1},"beam":{"type":"integer","minimum":1,"maximum":64},"beams":{"type":"integer","minimum":0,"maximum":64},"lengthPenalty":{"type":"number","minimum":0},"maxLength":{"type":"object","properties":{"perSource":{"type":"number","minimum":0,"maximum":1000000},"more":{"type":"number","minimum":-2147483647,"maximum":2147483647}},"required":["perSource","more"],"additionalProperties":false}},"required":["temperature","topK","topP","beam","beams","lengthPenalty","maxLength"],"additionalProperties":false}},"required":["name","vocabulary","vocabularySize","width","output","context","positionLimit","padding","begin","end","unknown","generate"],"additionalProperties":false},"parameter":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"shape":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2147483647},"maxItems":16},"initializer":{"$ref":"#/definitions/initializer"}},"required":["name","shape","initializer"],"additionalProperties":false},"state":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":["integer","string"],"minimum":1,"maximum":2147483647,"pattern":"^[BTNSCEM]$"},"maxItems":16},"class":{"enum":["constant","growing","training"]},"initial":{"type":"number"}},"required":["name","dtype","shape","class"],"additionalProperties":false},"constant":{"type":"object","properties":{"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2147483647},"maxItems":16},"data":{"type":"string","pattern":"^[A-Za-z0-9+/]*={0,2}$"}},"required":["dtype","shape","data"],"additionalProperties":false},"entry":{"type":"object","properties":{"name":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"chunk":{"type":"integer","minimum":1,"maximum":65536},"inputs":{"type":"array","items":{"$ref":"#/definitions/tensor"}},"outputs":{"type":"array","items":{"$ref":"#/definitions/tensor"}},"states":{"type":"array","items":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500}},"updates":{"type":"array","items":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"minItems":1}},"required":["name","chunk","inputs","outputs","states"],"additionalProperties":false},"optimizer":{"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"adamw"},"rate":{"type":"number","exclusiveMinimum":0},"betas":{"type":"array","items":{"type":"number","minimum":0,"exclusiveMaximum":1},"minItems":2,"maxItems":2},"epsilon":{"type":"number","exclusiveMinimum":0},"decay":{"type":"number","minimum":0}},"required":["kind","rate","betas","epsilon","decay"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"adam"},"rate":{"type":"number","exclusiveMinimum":0},"betas":{"type":"array","items":{"type":"number","minimum":0,"exclusiveMaximum":1},"minItems":2,"maxItems":2},"epsilon":{"type":"number","exclusiveMinimum":0},"decay":{"type":"number","minimum":0}},"required":["kind","rate","betas","epsilon","decay"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"nag"},"rate":{"type":"number","exclusiveMinimum":0},"momentum":{"type":"number","minimum":0,"exclusiveMaximum":1},"decay":{"type":"number","minimum":0}},"required":["kind","rate","momentum","decay"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"sgd"},"rate":{"type":"number","exclusiveMinimum":0},"momentum":{"type":"number","minimum":0,"exclusiveMaximum":1},"decay":{"type":"number","minimum":0}},"required":["kind","rate","momentum","decay"],"additionalProperties":false}]},"schedule":{"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"cosine"},"warmup":{"type":"integer","minimum":0,"maximum":281474976710656},"start":{"type":"number","minimum":0,"maximum":1},"floor":{"type":"number","minimum":0,"maximum":1},"restarts":{"type":"object","properties":{"period":{"type":"integer","minimum":1,"maximum":281474976710656},"grow":{"type":"number","minimum":1,"maximum":1000},"shrink":{"type":"number","exclusiveMinimum":0,"maximum":1}},"required":["period","grow","shrink"],"additionalProperties":false}},"required":["kind","warmup","start","floor"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"linear"},"warmup":{"type":"integer","minimum":0,"maximum":281474976710656},"start":{"type":"number","minimum":0,"maximum":1},"floor":{"type":"number","minimum":0,"maximum":1}},"required":["kind","warmup","start","floor"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"inverse_sqrt"},"warmup":{"type":"integer","minimum":0,"maximum":281474976710656},"start":{"type":"number","minimum":0,"maximum":1}},"required":["kind","warmup","start"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"constant"},"warmup":{"type":"integer","minimum":0,"maximum":281474976710656},"start":{"type":"number","minimum":0,"maximum":1}},"required":["kind","warmup","start"],"additionalProperties":false}]},"training":{"type":"object","properties":{"batch":{"type":"integer","minimum":1,"maximum":281474976710656},"batchTokens":{"type":"integer","minimum":1,"maximum":281474976710656},"accumulate":{"type":"integer","minimum":1,"maximum":281474976710656},"steps":{"type":"integer","minimum":1,"maximum":281474976710656},"seed":{"type":"integer","minimum":0,"maximum":4294967295},"precision":{"enum":["float32","float16","bfloat16"]},"optimizer":{"$ref":"#/definitions/optimizer"},"schedule":{"$ref":"#/definitions/schedule"}},"required":["batch","accumulate","steps","seed","precision","optimizer","schedule"],"additionalProperties":false},"binding":{"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"input"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"output"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"weight"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"constant"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"state"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"buffer"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false}]},"dispatch":{"type":"object","properties":{"kernel":{"type":"integer","minimum":0,"maximum":1000000},"grid":{"type":"array","items":{"type":"object","properties":{"size":{"type":"array","items":{"type":"object","properties":{"times":{"type":"integer","minimum":1,"maximum":281474976710656},"of":{"type":"array","items":{"enum":["B","T","N","S","C","E","M"]},"maxItems":8}},"required":["times","of"],"additionalProperties":false},"minItems":1,"maxItems":32},"per":{"type":"integer","minimum":1,"maximum":2147483647}},"required":["size","per"],"additionalProperties":false},"minItems":3,"maxItems":3},"bindings":{"type":"array","items":{"$ref":"#/definitions/binding"},"maxItems":1000},"label":{"type":"string","maxLength":1000}},"required":["kernel","grid","bindings","label"],"additionalProperties":false},"cudaDispatch":{"type":"object","properties":{"kernel":{"type":"integer","minimum":0,"maximum":1000000},"grid":{"type":"array","items":{"type":"object","properties":{"size":{"type":"array","items":{"type":"object","properties":{"times":{"type":"integer","minimum":1,"maximum":281474976710656},"of":{"type":"array","items":{"enum":["B","T","N","S","C","E","M"]},"maxItems":8}},"required":["times","of"],"additionalProperties":false},"minItems":1,"maxItems":32},"per":{"type":"integer","minimum":1,"maximum":2147483647}},"required":["size","per"],"additionalProperties":false},"minItems":3,"maxItems":3},"bindings":{"type":"array","items":{"$ref":"#/definitions/binding"},"maxItems":1000},"label":{"type":"string","maxLength":1000},"arguments":{"type":"array","items":{"type":"integer","minimum":0,"maximum":4294967295},"minItems":1,"maxItems":256}},"required":["kernel","grid","bindings","label"],"additionalProperties":false},"deviceEntry":{"type":"object","properties":{"arenas":{"type":"integer","minimum":0,"maximum":64},"slots":{"type":"array","items":{"type":"object","properties":{"arena":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"}},"required":["arena","bytes"],"additionalProperties":false}},"buffers":{"type":"array","items":{"type":"object","properties":{"slot":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"},"first":{"type":"integer","minimum":0,"maximum":1000000},"last":{"type":"integer","minimum":0,"maximum":1000000}},"required":["slot","bytes","first","last"],"additionalProperties":false}},"dispatches":{"type":"array","items":{"$ref":"#/definitions/dispatch"}},"recomputed":{"type":"array","items":{"type":"string","maxLength":1000}}},"required":["arenas","slots","buffers","dispatches"],"additionalProperties":false},"cudaEntry":{"type":"object","properties":{"arenas":{"type":"integer","minimum":0,"maximum":64},"slots":{"type":"array","items":{"type":"object","properties":{"arena":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"}},"required":["arena","bytes"],"additionalProperties":false}},"buffers":{"type":"array","items":{"type":"object","properties":{"slot":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"},"first":{"type":"integer","minimum":0,"maximum":1000000},"last":{"type":"integer","minimum":0,"maximum":1000000}},"required":["slot","bytes","first","last"],"additionalProperties":false}},"dispatches":{"type":"array","items":{"$ref":"#/definitions/cudaDispatch"}},"recomputed":{"type":"array","items":{"type":"string","maxLength":1000}},"persistent":{"$ref":"#/definitions/persistent"},"sums":{"type":"array","items":{"$ref":"#/definitions/rankSum"},"minItems":1},"products":{"type":"array","items":{"$ref":"#/definitions/product"},"minItems":1}},"required":["arenas","slots","buffers","dispatches"],"additionalProperties":false},"persistent":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","maxLength":500},"source":{"type":"string","minLength":1,"maxLength":1000000},"kernels":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000},"minItems":1},"threads":{"type":"integer","minimum":1,"maximum":1024},"bindings":{"type":"integer","minimum":1,"maximum":1000},"waits":{"type":"array","items":{"type":"boolean"}}},"required":["name","source","kernels","threads","bindings","waits"],"additionalProperties":false},"rankSum":{"type":"object","properties":{"binding":{"$ref":"#/definitions/binding"},"elements":{"type":"integer","minimum":1,"maximum":281474976710656},"ready":{"type":"integer","minimum":0,"maximum":1000000},"needed":{"type":"integer","minimum":0,"maximum":1000000}},"required":["binding","elements","ready","needed"],"additionalProperties":false},"product":{"type":"object","properties":{"dispatch":{"type":"integer","minimum":0,"maximum":1000000},"rows":{"$ref":"#/definitions/size"},"columns":{"$ref":"#/definitions/size"},"inner":{"$ref":"#/definitions/size"},"a":{"$ref":"#/definitions/factor"},"b":{"$ref":"#/definitions/factor"},"result":{"$ref":"#/definitions/factor"}},"required":["dispatch","rows","columns","inner","a","b","result"],"additionalProperties":false},"factor":{"type":"object","properties":{"binding":{"type":"integer","minimum":0,"maximum":1000},"type":{"enum":["f32","f16","bf16"]},"transposed":{"type":"boolean"}},"required":["binding","type","transposed"],"additionalProperties":false},"cuda":{"type":"object","properties":{"precision":{"enum":["float32","float16","bfloat16"]},"header":{"type":"string","minLength":1,"maxLength":1000000},"kernels":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","maxLength":500},"source":{"type":"string","minLength":1,"maxLength":1000000},"threads":{"type":"integer","minimum":1,"maximum":1024},"arguments":{"type":"integer","minimum":1,"maximum":256},"access":{"type":"array","items":{"enum":["read","read_write"]},"maxItems":1000}},"required":["name","source","threads","access"],"additionalProperties":false}},"weights":{"type":"array","items":{"type":"object","properties":{"parameter":{"type":"integer","minimum":0,"maximum":1000000},"transposed":{"type":"boolean"},"narrow":{"enum":["f16","bf16"]}},"required":["parameter","transposed"],"additionalProperties":false}},"entries":{"type":"object","propertyNames":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"additionalProperties":{"$ref":"#/definitions/cudaEntry"}}},"required":["precision","header","kernels","weights","entries"],"additionalProperties":false},"wgsl":{"type":"object","properties":{"kernels":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"source":{"type":"string","minLength":1,"maxLength":1000000},"access":{"type":"array","items":{"enum":["read","read_write"]},"maxItems":1000}},"required":["name","source","access"],"additionalProperties":false}},"weights":{"type":"array","items":{"type":"object","properties":{"parameter":{"type":"integer","minimum":0,"maximum":1000000},"transposed":{"type":"boolean"}},"required":["parameter","transposed"],"additionalProperties":false}},"entries":{"type":"object","propertyNames":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"additionalProperties":{"$ref":"#/definitions/deviceEntry"}},"limits":{"type":"object","properties":{"maxStorageBuffersPerShaderStage":{"type":"integer","minimum":0,"maximum":1000},"maxComputeInvocationsPerWorkgroup":{"type":"integer","minimum":1,"maximum":65536},"maxComputeWorkgroupStorageSize":{"type":"integer","minimum":0,"maximum":16777216}},"required":["maxStorageBuffersPerShaderStage","maxComputeInvocationsPerWorkgroup","maxComputeWorkgroupStorageSize"],"additionalProperties":false},"features":{"type":"array","items":{"enum":["shader-f16"]},"minItems":1,"maxItems":1}},"required":["kernels","weights","entries","limits"],"additionalProperties":false},"tfjsBody":{"type":"object","properties":{"values":{"type":"integer","minimum":0,"maximum":1000000},"steps":{"type":"array","items":{"type":"object","properties":{"op":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"in":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000},"maxItems":4096},"out":{"type":"integer","minimum":0,"maximum":1000000},"attrs":{"type":"object","additionalProperties":{"$ref":"#/definitions/attribute"}},"free":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000}}},"required":["op","in","out"],"additionalProperties":false}},"states":{"type":"array","items":{"type":"object","properties":{"sizes":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2147483647},"maxItems":16},"after":{"type":"integer","minimum":0,"maximum":1000000}},"required":["sizes","after"],"additionalProperties":false},"minItems":1,"maxItems":4096}},"required":["values","steps","states"],"additionalProperties":false},"attribute":{"type":["number","string","boolean","array"],"items":{"type":["number","string"]}},"tfjsEntry":{"type":"object","properties":{"values":{"type":"integer","minimum":0,"maximum":1000000},"steps":{"type":"array","items":{"type":"object","properties":{"op":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"in":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000},"maxItems":4096},"out":{"type":"integer","minimum":0,"maximum":1000000},"attrs":{"type":"object","additionalProperties":{"$ref":"#/definitions/attribute"}},"free":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000}},"body":{"$ref":"#/definitions/tfjsBody"}},"required":["op","in","out"],"additionalProperties":false}},"outputs":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"value":{"type":"integer","minimum":0,"maximum":1000000}},"required":["name","value"],"additionalProperties":false}},"stateUpdates":{"type":"array","items":{"type":"object","properties":{"state":{"type":"integer","minimum":0,"maximum":1000000},"value":{"type":"integer","minimum":0,"maximum":1000000}},"required":["state","value"],"additionalProperties":false}},"parameterUpdates":{"type":"array","items":{"type":"object","properties":{"parameter":{"type":"integer","minimum":0,"maximum":1000000},"value":{"type":"integer","minimum":0,"maximum":1000000}},"required":["parameter","value"],"additionalProperties":false}}},"required":["values","steps","outputs","stateUpdates"],"additionalProperties":false},"tfjs":{"type":"object","properties":{"entries":{"type":"object","propertyNames":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"additionalProperties":{"$ref":"#/definitions/tfjsEntry"}}},"required":["entries"],"additionalProperties":false}}};
const schema17 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":["integer","string"],"minimum":1,"maximum":2147483647,"pattern":"^[BTNSCEM]$"},"maxItems":16},"class":{"enum":["constant","growing","training"]},"initial":{"type":"number"}},"required":["name","dtype","shape","class"],"additionalProperties":false};
const schema18 = {"type":"object","properties":{"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2147483647},"maxItems":16},"data":{"type":"string","pattern":"^[A-Za-z0-9+/]*={0,2}$"}},"required":["dtype","shape","data"],"additionalProperties":false};
const func2 = Object.prototype.hasOwnProperty;
const schema12 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"vocabulary":{"$ref":"#/definitions/vocabulary"},"vocabularySize":{"type":"integer","minimum":1,"maximum":2147483647},"width":{"type":"integer","minimum":1,"maximum":2147483647},"output":{"enum":["logits","log_probs"]},"context":{"type":["integer","null"],"minimum":1,"maximum":2147483647},"positionLimit":{"type":["integer","null"],"minimum":1,"maximum":2147483647},"encoderLimit":{"type":"integer","minimum":1,"maximum":2147483647},"source":{"type":"object","properties":{"vocabulary":{"$ref":"#/definitions/vocabulary"},"vocabularySize":{"type":"integer","minimum":1,"maximum":2147483647},"padding":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"end":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"unknown":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"positionLimit":{"type":["integer","null"],"minimum":1,"maximum":2147483647}},"required":["vocabulary","vocabularySize","padding","end","unknown","positionLimit"],"additionalProperties":false},"padding":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"begin":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"end":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"unknown":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"generate":{"type":"object","properties":{"temperature":{"type":"number","minimum":0},"topK":{"type":"integer","minimum":0,"maximum":2147483647},"topP":{"type":"number","minimum":0,"maximum":1},"beam":{"type":"integer","minimum":1,"maximum":64},"beams":{"type":"integer","minimum":0,"maximum":64},"lengthPenalty":{"type":"number","minimum":0},"maxLength":{"type":"object","properties":{"perSource":{"type":"number","minimum":0,"maximum":1000000},"more":{"type":"number","minimum":-2147483647,"maximum":2147483647}},"required":["perSource","more"],"additionalProperties":false}},"required":["temperature","topK","topP","beam","beams","lengthPenalty","maxLength"],"additionalProperties":false}},"required":["name","vocabulary","vocabularySize","width","output","context","positionLimit","padding","begin","end","unknown","generate"],"additionalProperties":false};
const schema13 = {"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"bytes"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"ids"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"characters"},"characters":{"type":"array","items":{"type":"string","minLength":1,"maxLength":2},"uniqueItems":true,"minItems":1}},"required":["kind","characters"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"tokenizer"},"file":{"type":"string","pattern":"^[^/\\\\]*[^/\\\\.][^/\\\\]*$","maxLength":255}},"required":["kind","file"],"additionalProperties":false}]};
const pattern0 = new RegExp("^[A-Za-z_][A-Za-z0-9_.]*$", "u");
const pattern1 = new RegExp("^[^/\\\\]*[^/\\\\.][^/\\\\]*$", "u");

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((((data.name === undefined) && (missing0 = "name")) || ((data.vocabulary === undefined) && (missing0 = "vocabulary"))) || ((data.vocabularySize === undefined) && (missing0 = "vocabularySize"))) || ((data.width === undefined) && (missing0 = "width"))) || ((data.output === undefined) && (missing0 = "output"))) || ((data.context === undefined) && (missing0 = "context"))) || ((data.positionLimit === undefined) && (missing0 = "positionLimit"))) || ((data.padding === undefined) && (missing0 = "padding"))) || ((data.begin === undefined) && (missing0 = "begin"))) || ((data.end === undefined) && (missing0 = "end"))) || ((data.unknown === undefined) && (missing0 = "unknown"))) || ((data.generate === undefined) && (missing0 = "generate"))){
validate11.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema12.properties, key0))){
validate11.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(data0.length > 500){
validate11.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data0)){
validate11.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.vocabulary !== undefined){
let data1 = data.vocabulary;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing1;
if((data1.kind === undefined) && (missing1 = "kind")){
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const tag0 = data1.kind;
if(typeof tag0 == "string"){
if(tag0 === "bytes"){
const _errs8 = errors;
if(errors === _errs8){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing2;
if((data1.kind === undefined) && (missing2 = "kind")){
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/0/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs10 = errors;
for(const key1 in data1){
if(!(key1 === "kind")){
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs10 === errors){
if(data1.kind !== undefined){
if("bytes" !== data1.kind){
validate11.errors = [{instancePath:instancePath+"/vocabulary/kind",schemaPath:"#/definitions/vocabulary/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "bytes"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "ids"){
const _errs12 = errors;
if(errors === _errs12){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing3;
if((data1.kind === undefined) && (missing3 = "kind")){
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/1/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs14 = errors;
for(const key2 in data1){
if(!(key2 === "kind")){
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs14 === errors){
if(data1.kind !== undefined){
if("ids" !== data1.kind){
validate11.errors = [{instancePath:instancePath+"/vocabulary/kind",schemaPath:"#/definitions/vocabulary/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "ids"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "characters"){
const _errs16 = errors;
if(errors === _errs16){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing4;
if(((data1.kind === undefined) && (missing4 = "kind")) || ((data1.characters === undefined) && (missing4 = "characters"))){
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/2/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs18 = errors;
for(const key3 in data1){
if(!((key3 === "kind") || (key3 === "characters"))){
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs18 === errors){
if(data1.kind !== undefined){
const _errs19 = errors;
if("characters" !== data1.kind){
validate11.errors = [{instancePath:instancePath+"/vocabulary/kind",schemaPath:"#/definitions/vocabulary/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "characters"},message:"must be equal to constant"}];
return false;
}
var valid8 = _errs19 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data1.characters !== undefined){
let data5 = data1.characters;
const _errs20 = errors;
if(errors === _errs20){
if(Array.isArray(data5)){
if(data5.length < 1){
validate11.errors = [{instancePath:instancePath+"/vocabulary/characters",schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid9 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
const _errs22 = errors;
if(errors === _errs22){
if(typeof data6 === "string"){
if(data6.length > 2){
validate11.errors = [{instancePath:instancePath+"/vocabulary/characters/" + i0,schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/items/maxLength",keyword:"maxLength",params:{limit: 2},message:"must NOT have more than 2 characters"}];
return false;
}
else {
if(data6.length < 1){
validate11.errors = [{instancePath:instancePath+"/vocabulary/characters/" + i0,schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/vocabulary/characters/" + i0,schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid9 = _errs22 === errors;
if(!valid9){
break;
}
}
if(valid9){
let i1 = data5.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data5[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
validate11.errors = [{instancePath:instancePath+"/vocabulary/characters",schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"}];
return false;
break;
}
indices0[item0] = i1;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/vocabulary/characters",schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid8 = _errs20 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "tokenizer"){
const _errs24 = errors;
if(errors === _errs24){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing5;
if(((data1.kind === undefined) && (missing5 = "kind")) || ((data1.file === undefined) && (missing5 = "file"))){
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/3/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs26 = errors;
for(const key4 in data1){
if(!((key4 === "kind") || (key4 === "file"))){
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs26 === errors){
if(data1.kind !== undefined){
const _errs27 = errors;
if("tokenizer" !== data1.kind){
validate11.errors = [{instancePath:instancePath+"/vocabulary/kind",schemaPath:"#/definitions/vocabulary/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "tokenizer"},message:"must be equal to constant"}];
return false;
}
var valid12 = _errs27 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data1.file !== undefined){
let data8 = data1.file;
const _errs28 = errors;
if(errors === _errs28){
if(typeof data8 === "string"){
if(data8.length > 255){
validate11.errors = [{instancePath:instancePath+"/vocabulary/file",schemaPath:"#/definitions/vocabulary/oneOf/3/properties/file/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"}];
return false;
}
else {
if(!pattern1.test(data8)){
validate11.errors = [{instancePath:instancePath+"/vocabulary/file",schemaPath:"#/definitions/vocabulary/oneOf/3/properties/file/pattern",keyword:"pattern",params:{pattern: "^[^/\\\\]*[^/\\\\.][^/\\\\]*$"},message:"must match pattern \""+"^[^/\\\\]*[^/\\\\.][^/\\\\]*$"+"\""}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/vocabulary/file",schemaPath:"#/definitions/vocabulary/oneOf/3/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid12 = _errs28 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/vocabulary/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.vocabularySize !== undefined){
let data9 = data.vocabularySize;
const _errs30 = errors;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
validate11.errors = [{instancePath:instancePath+"/vocabularySize",schemaPath:"#/properties/vocabularySize/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs30){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 2147483647 || isNaN(data9)){
validate11.errors = [{instancePath:instancePath+"/vocabularySize",schemaPath:"#/properties/vocabularySize/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data9 < 1 || isNaN(data9)){
validate11.errors = [{instancePath:instancePath+"/vocabularySize",schemaPath:"#/properties/vocabularySize/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs30 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.width !== undefined){
let data10 = data.width;
const _errs32 = errors;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
validate11.errors = [{instancePath:instancePath+"/width",schemaPath:"#/properties/width/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs32){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 > 2147483647 || isNaN(data10)){
validate11.errors = [{instancePath:instancePath+"/width",schemaPath:"#/properties/width/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data10 < 1 || isNaN(data10)){
validate11.errors = [{instancePath:instancePath+"/width",schemaPath:"#/properties/width/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs32 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.output !== undefined){
let data11 = data.output;
const _errs34 = errors;
if(!((data11 === "logits") || (data11 === "log_probs"))){
validate11.errors = [{instancePath:instancePath+"/output",schemaPath:"#/properties/output/enum",keyword:"enum",params:{allowedValues: schema12.properties.output.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.context !== undefined){
let data12 = data.context;
const _errs35 = errors;
if((!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))) && (data12 !== null)){
validate11.errors = [{instancePath:instancePath+"/context",schemaPath:"#/properties/context/type",keyword:"type",params:{type: schema12.properties.context.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs35){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 2147483647 || isNaN(data12)){
validate11.errors = [{instancePath:instancePath+"/context",schemaPath:"#/properties/context/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data12 < 1 || isNaN(data12)){
validate11.errors = [{instancePath:instancePath+"/context",schemaPath:"#/properties/context/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs35 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.positionLimit !== undefined){
let data13 = data.positionLimit;
const _errs37 = errors;
if((!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))) && (data13 !== null)){
validate11.errors = [{instancePath:instancePath+"/positionLimit",schemaPath:"#/properties/positionLimit/type",keyword:"type",params:{type: schema12.properties.positionLimit.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs37){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 2147483647 || isNaN(data13)){
validate11.errors = [{instancePath:instancePath+"/positionLimit",schemaPath:"#/properties/positionLimit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data13 < 1 || isNaN(data13)){
validate11.errors = [{instancePath:instancePath+"/positionLimit",schemaPath:"#/properties/positionLimit/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs37 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.encoderLimit !== undefined){
let data14 = data.encoderLimit;
const _errs39 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate11.errors = [{instancePath:instancePath+"/encoderLimit",schemaPath:"#/properties/encoderLimit/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs39){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 2147483647 || isNaN(data14)){
validate11.errors = [{instancePath:instancePath+"/encoderLimit",schemaPath:"#/properties/encoderLimit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data14 < 1 || isNaN(data14)){
validate11.errors = [{instancePath:instancePath+"/encoderLimit",schemaPath:"#/properties/encoderLimit/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs39 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.source !== undefined){
let data15 = data.source;
const _errs41 = errors;
if(errors === _errs41){
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
let missing6;
if(((((((data15.vocabulary === undefined) && (missing6 = "vocabulary")) || ((data15.vocabularySize === undefined) && (missing6 = "vocabularySize"))) || ((data15.padding === undefined) && (missing6 = "padding"))) || ((data15.end === undefined) && (missing6 = "end"))) || ((data15.unknown === undefined) && (missing6 = "unknown"))) || ((data15.positionLimit === undefined) && (missing6 = "positionLimit"))){
validate11.errors = [{instancePath:instancePath+"/source",schemaPath:"#/properties/source/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const _errs43 = errors;
for(const key5 in data15){
if(!((((((key5 === "vocabulary") || (key5 === "vocabularySize")) || (key5 === "padding")) || (key5 === "end")) || (key5 === "unknown")) || (key5 === "positionLimit"))){
validate11.errors = [{instancePath:instancePath+"/source",schemaPath:"#/properties/source/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs43 === errors){
if(data15.vocabulary !== undefined){
let data16 = data15.vocabulary;
const _errs44 = errors;
const _errs45 = errors;
if(errors === _errs45){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing7;
if((data16.kind === undefined) && (missing7 = "kind")){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'"}];
return false;
}
else {
const tag1 = data16.kind;
if(typeof tag1 == "string"){
if(tag1 === "bytes"){
const _errs48 = errors;
if(errors === _errs48){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing8;
if((data16.kind === undefined) && (missing8 = "kind")){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/0/required",keyword:"required",params:{missingProperty: missing8},message:"must have required property '"+missing8+"'"}];
return false;
}
else {
const _errs50 = errors;
for(const key6 in data16){
if(!(key6 === "kind")){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs50 === errors){
if(data16.kind !== undefined){
if("bytes" !== data16.kind){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/kind",schemaPath:"#/definitions/vocabulary/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "bytes"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag1 === "ids"){
const _errs52 = errors;
if(errors === _errs52){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing9;
if((data16.kind === undefined) && (missing9 = "kind")){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/1/required",keyword:"required",params:{missingProperty: missing9},message:"must have required property '"+missing9+"'"}];
return false;
}
else {
const _errs54 = errors;
for(const key7 in data16){
if(!(key7 === "kind")){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs54 === errors){
if(data16.kind !== undefined){
if("ids" !== data16.kind){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/kind",schemaPath:"#/definitions/vocabulary/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "ids"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag1 === "characters"){
const _errs56 = errors;
if(errors === _errs56){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing10;
if(((data16.kind === undefined) && (missing10 = "kind")) || ((data16.characters === undefined) && (missing10 = "characters"))){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/2/required",keyword:"required",params:{missingProperty: missing10},message:"must have required property '"+missing10+"'"}];
return false;
}
else {
const _errs58 = errors;
for(const key8 in data16){
if(!((key8 === "kind") || (key8 === "characters"))){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs58 === errors){
if(data16.kind !== undefined){
const _errs59 = errors;
if("characters" !== data16.kind){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/kind",schemaPath:"#/definitions/vocabulary/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "characters"},message:"must be equal to constant"}];
return false;
}
var valid21 = _errs59 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data16.characters !== undefined){
let data20 = data16.characters;
const _errs60 = errors;
if(errors === _errs60){
if(Array.isArray(data20)){
if(data20.length < 1){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/characters",schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid22 = true;
const len1 = data20.length;
for(let i2=0; i2<len1; i2++){
let data21 = data20[i2];
const _errs62 = errors;
if(errors === _errs62){
if(typeof data21 === "string"){
if(data21.length > 2){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/characters/" + i2,schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/items/maxLength",keyword:"maxLength",params:{limit: 2},message:"must NOT have more than 2 characters"}];
return false;
}
else {
if(data21.length < 1){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/characters/" + i2,schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/characters/" + i2,schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid22 = _errs62 === errors;
if(!valid22){
break;
}
}
if(valid22){
let i3 = data20.length;
let j1;
if(i3 > 1){
const indices1 = {};
for(;i3--;){
let item1 = data20[i3];
if(typeof item1 !== "string"){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/characters",schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/uniqueItems",keyword:"uniqueItems",params:{i: i3, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i3+" are identical)"}];
return false;
break;
}
indices1[item1] = i3;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/characters",schemaPath:"#/definitions/vocabulary/oneOf/2/properties/characters/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid21 = _errs60 === errors;
}
else {
var valid21 = true;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag1 === "tokenizer"){
const _errs64 = errors;
if(errors === _errs64){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing11;
if(((data16.kind === undefined) && (missing11 = "kind")) || ((data16.file === undefined) && (missing11 = "file"))){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/3/required",keyword:"required",params:{missingProperty: missing11},message:"must have required property '"+missing11+"'"}];
return false;
}
else {
const _errs66 = errors;
for(const key9 in data16){
if(!((key9 === "kind") || (key9 === "file"))){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs66 === errors){
if(data16.kind !== undefined){
const _errs67 = errors;
if("tokenizer" !== data16.kind){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/kind",schemaPath:"#/definitions/vocabulary/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "tokenizer"},message:"must be equal to constant"}];
return false;
}
var valid25 = _errs67 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data16.file !== undefined){
let data23 = data16.file;
const _errs68 = errors;
if(errors === _errs68){
if(typeof data23 === "string"){
if(data23.length > 255){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/file",schemaPath:"#/definitions/vocabulary/oneOf/3/properties/file/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"}];
return false;
}
else {
if(!pattern1.test(data23)){
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/file",schemaPath:"#/definitions/vocabulary/oneOf/3/properties/file/pattern",keyword:"pattern",params:{pattern: "^[^/\\\\]*[^/\\\\.][^/\\\\]*$"},message:"must match pattern \""+"^[^/\\\\]*[^/\\\\.][^/\\\\]*$"+"\""}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/vocabulary/file",schemaPath:"#/definitions/vocabulary/oneOf/3/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid25 = _errs68 === errors;
}
else {
var valid25 = true;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag1},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag1},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/vocabulary",schemaPath:"#/definitions/vocabulary/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid13 = _errs44 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data15.vocabularySize !== undefined){
let data24 = data15.vocabularySize;
const _errs70 = errors;
if(!(((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24))) && (isFinite(data24)))){
validate11.errors = [{instancePath:instancePath+"/source/vocabularySize",schemaPath:"#/properties/source/properties/vocabularySize/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs70){
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 > 2147483647 || isNaN(data24)){
validate11.errors = [{instancePath:instancePath+"/source/vocabularySize",schemaPath:"#/properties/source/properties/vocabularySize/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data24 < 1 || isNaN(data24)){
validate11.errors = [{instancePath:instancePath+"/source/vocabularySize",schemaPath:"#/properties/source/properties/vocabularySize/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid13 = _errs70 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data15.padding !== undefined){
let data25 = data15.padding;
const _errs72 = errors;
if((!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))) && (data25 !== null)){
validate11.errors = [{instancePath:instancePath+"/source/padding",schemaPath:"#/properties/source/properties/padding/type",keyword:"type",params:{type: schema12.properties.source.properties.padding.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs72){
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 > 2147483647 || isNaN(data25)){
validate11.errors = [{instancePath:instancePath+"/source/padding",schemaPath:"#/properties/source/properties/padding/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data25 < 0 || isNaN(data25)){
validate11.errors = [{instancePath:instancePath+"/source/padding",schemaPath:"#/properties/source/properties/padding/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid13 = _errs72 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data15.end !== undefined){
let data26 = data15.end;
const _errs74 = errors;
if((!(((typeof data26 == "number") && (!(data26 % 1) && !isNaN(data26))) && (isFinite(data26)))) && (data26 !== null)){
validate11.errors = [{instancePath:instancePath+"/source/end",schemaPath:"#/properties/source/properties/end/type",keyword:"type",params:{type: schema12.properties.source.properties.end.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs74){
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 > 2147483647 || isNaN(data26)){
validate11.errors = [{instancePath:instancePath+"/source/end",schemaPath:"#/properties/source/properties/end/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data26 < 0 || isNaN(data26)){
validate11.errors = [{instancePath:instancePath+"/source/end",schemaPath:"#/properties/source/properties/end/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid13 = _errs74 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data15.unknown !== undefined){
let data27 = data15.unknown;
const _errs76 = errors;
if((!(((typeof data27 == "number") && (!(data27 % 1) && !isNaN(data27))) && (isFinite(data27)))) && (data27 !== null)){
validate11.errors = [{instancePath:instancePath+"/source/unknown",schemaPath:"#/properties/source/properties/unknown/type",keyword:"type",params:{type: schema12.properties.source.properties.unknown.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs76){
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 > 2147483647 || isNaN(data27)){
validate11.errors = [{instancePath:instancePath+"/source/unknown",schemaPath:"#/properties/source/properties/unknown/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data27 < 0 || isNaN(data27)){
validate11.errors = [{instancePath:instancePath+"/source/unknown",schemaPath:"#/properties/source/properties/unknown/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid13 = _errs76 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data15.positionLimit !== undefined){
let data28 = data15.positionLimit;
const _errs78 = errors;
if((!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))) && (data28 !== null)){
validate11.errors = [{instancePath:instancePath+"/source/positionLimit",schemaPath:"#/properties/source/properties/positionLimit/type",keyword:"type",params:{type: schema12.properties.source.properties.positionLimit.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs78){
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 > 2147483647 || isNaN(data28)){
validate11.errors = [{instancePath:instancePath+"/source/positionLimit",schemaPath:"#/properties/source/properties/positionLimit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data28 < 1 || isNaN(data28)){
validate11.errors = [{instancePath:instancePath+"/source/positionLimit",schemaPath:"#/properties/source/properties/positionLimit/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid13 = _errs78 === errors;
}
else {
var valid13 = true;
}
}
}
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source",schemaPath:"#/properties/source/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs41 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.padding !== undefined){
let data29 = data.padding;
const _errs80 = errors;
if((!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))) && (data29 !== null)){
validate11.errors = [{instancePath:instancePath+"/padding",schemaPath:"#/properties/padding/type",keyword:"type",params:{type: schema12.properties.padding.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs80){
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 > 2147483647 || isNaN(data29)){
validate11.errors = [{instancePath:instancePath+"/padding",schemaPath:"#/properties/padding/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data29 < 0 || isNaN(data29)){
validate11.errors = [{instancePath:instancePath+"/padding",schemaPath:"#/properties/padding/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs80 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.begin !== undefined){
let data30 = data.begin;
const _errs82 = errors;
if((!(((typeof data30 == "number") && (!(data30 % 1) && !isNaN(data30))) && (isFinite(data30)))) && (data30 !== null)){
validate11.errors = [{instancePath:instancePath+"/begin",schemaPath:"#/properties/begin/type",keyword:"type",params:{type: schema12.properties.begin.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs82){
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 > 2147483647 || isNaN(data30)){
validate11.errors = [{instancePath:instancePath+"/begin",schemaPath:"#/properties/begin/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data30 < 0 || isNaN(data30)){
validate11.errors = [{instancePath:instancePath+"/begin",schemaPath:"#/properties/begin/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs82 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.end !== undefined){
let data31 = data.end;
const _errs84 = errors;
if((!(((typeof data31 == "number") && (!(data31 % 1) && !isNaN(data31))) && (isFinite(data31)))) && (data31 !== null)){
validate11.errors = [{instancePath:instancePath+"/end",schemaPath:"#/properties/end/type",keyword:"type",params:{type: schema12.properties.end.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs84){
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 > 2147483647 || isNaN(data31)){
validate11.errors = [{instancePath:instancePath+"/end",schemaPath:"#/properties/end/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data31 < 0 || isNaN(data31)){
validate11.errors = [{instancePath:instancePath+"/end",schemaPath:"#/properties/end/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs84 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.unknown !== undefined){
let data32 = data.unknown;
const _errs86 = errors;
if((!(((typeof data32 == "number") && (!(data32 % 1) && !isNaN(data32))) && (isFinite(data32)))) && (data32 !== null)){
validate11.errors = [{instancePath:instancePath+"/unknown",schemaPath:"#/properties/unknown/type",keyword:"type",params:{type: schema12.properties.unknown.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs86){
if((typeof data32 == "number") && (isFinite(data32))){
if(data32 > 2147483647 || isNaN(data32)){
validate11.errors = [{instancePath:instancePath+"/unknown",schemaPath:"#/properties/unknown/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data32 < 0 || isNaN(data32)){
validate11.errors = [{instancePath:instancePath+"/unknown",schemaPath:"#/properties/unknown/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs86 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.generate !== undefined){
let data33 = data.generate;
const _errs88 = errors;
if(errors === _errs88){
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
let missing12;
if((((((((data33.temperature === undefined) && (missing12 = "temperature")) || ((data33.topK === undefined) && (missing12 = "topK"))) || ((data33.topP === undefined) && (missing12 = "topP"))) || ((data33.beam === undefined) && (missing12 = "beam"))) || ((data33.beams === undefined) && (missing12 = "beams"))) || ((data33.lengthPenalty === undefined) && (missing12 = "lengthPenalty"))) || ((data33.maxLength === undefined) && (missing12 = "maxLength"))){
validate11.errors = [{instancePath:instancePath+"/generate",schemaPath:"#/properties/generate/required",keyword:"required",params:{missingProperty: missing12},message:"must have required property '"+missing12+"'"}];
return false;
}
else {
const _errs90 = errors;
for(const key10 in data33){
if(!(((((((key10 === "temperature") || (key10 === "topK")) || (key10 === "topP")) || (key10 === "beam")) || (key10 === "beams")) || (key10 === "lengthPenalty")) || (key10 === "maxLength"))){
validate11.errors = [{instancePath:instancePath+"/generate",schemaPath:"#/properties/generate/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs90 === errors){
if(data33.temperature !== undefined){
let data34 = data33.temperature;
const _errs91 = errors;
if(errors === _errs91){
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 < 0 || isNaN(data34)){
validate11.errors = [{instancePath:instancePath+"/generate/temperature",schemaPath:"#/properties/generate/properties/temperature/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/generate/temperature",schemaPath:"#/properties/generate/properties/temperature/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid26 = _errs91 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data33.topK !== undefined){
let data35 = data33.topK;
const _errs93 = errors;
if(!(((typeof data35 == "number") && (!(data35 % 1) && !isNaN(data35))) && (isFinite(data35)))){
validate11.errors = [{instancePath:instancePath+"/generate/topK",schemaPath:"#/properties/generate/properties/topK/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs93){
if((typeof data35 == "number") && (isFinite(data35))){
if(data35 > 2147483647 || isNaN(data35)){
validate11.errors = [{instancePath:instancePath+"/generate/topK",schemaPath:"#/properties/generate/properties/topK/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data35 < 0 || isNaN(data35)){
validate11.errors = [{instancePath:instancePath+"/generate/topK",schemaPath:"#/properties/generate/properties/topK/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid26 = _errs93 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data33.topP !== undefined){
let data36 = data33.topP;
const _errs95 = errors;
if(errors === _errs95){
if((typeof data36 == "number") && (isFinite(data36))){
if(data36 > 1 || isNaN(data36)){
validate11.errors = [{instancePath:instancePath+"/generate/topP",schemaPath:"#/properties/generate/properties/topP/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1"}];
return false;
}
else {
if(data36 < 0 || isNaN(data36)){
validate11.errors = [{instancePath:instancePath+"/generate/topP",schemaPath:"#/properties/generate/properties/topP/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/generate/topP",schemaPath:"#/properties/generate/properties/topP/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid26 = _errs95 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data33.beam !== undefined){
let data37 = data33.beam;
const _errs97 = errors;
if(!(((typeof data37 == "number") && (!(data37 % 1) && !isNaN(data37))) && (isFinite(data37)))){
validate11.errors = [{instancePath:instancePath+"/generate/beam",schemaPath:"#/properties/generate/properties/beam/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs97){
if((typeof data37 == "number") && (isFinite(data37))){
if(data37 > 64 || isNaN(data37)){
validate11.errors = [{instancePath:instancePath+"/generate/beam",schemaPath:"#/properties/generate/properties/beam/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64},message:"must be <= 64"}];
return false;
}
else {
if(data37 < 1 || isNaN(data37)){
validate11.errors = [{instancePath:instancePath+"/generate/beam",schemaPath:"#/properties/generate/properties/beam/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid26 = _errs97 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data33.beams !== undefined){
let data38 = data33.beams;
const _errs99 = errors;
if(!(((typeof data38 == "number") && (!(data38 % 1) && !isNaN(data38))) && (isFinite(data38)))){
validate11.errors = [{instancePath:instancePath+"/generate/beams",schemaPath:"#/properties/generate/properties/beams/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs99){
if((typeof data38 == "number") && (isFinite(data38))){
if(data38 > 64 || isNaN(data38)){
validate11.errors = [{instancePath:instancePath+"/generate/beams",schemaPath:"#/properties/generate/properties/beams/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64},message:"must be <= 64"}];
return false;
}
else {
if(data38 < 0 || isNaN(data38)){
validate11.errors = [{instancePath:instancePath+"/generate/beams",schemaPath:"#/properties/generate/properties/beams/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid26 = _errs99 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data33.lengthPenalty !== undefined){
let data39 = data33.lengthPenalty;
const _errs101 = errors;
if(errors === _errs101){
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 < 0 || isNaN(data39)){
validate11.errors = [{instancePath:instancePath+"/generate/lengthPenalty",schemaPath:"#/properties/generate/properties/lengthPenalty/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/generate/lengthPenalty",schemaPath:"#/properties/generate/properties/lengthPenalty/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid26 = _errs101 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data33.maxLength !== undefined){
let data40 = data33.maxLength;
const _errs103 = errors;
if(errors === _errs103){
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
let missing13;
if(((data40.perSource === undefined) && (missing13 = "perSource")) || ((data40.more === undefined) && (missing13 = "more"))){
validate11.errors = [{instancePath:instancePath+"/generate/maxLength",schemaPath:"#/properties/generate/properties/maxLength/required",keyword:"required",params:{missingProperty: missing13},message:"must have required property '"+missing13+"'"}];
return false;
}
else {
const _errs105 = errors;
for(const key11 in data40){
if(!((key11 === "perSource") || (key11 === "more"))){
validate11.errors = [{instancePath:instancePath+"/generate/maxLength",schemaPath:"#/properties/generate/properties/maxLength/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs105 === errors){
if(data40.perSource !== undefined){
let data41 = data40.perSource;
const _errs106 = errors;
if(errors === _errs106){
if((typeof data41 == "number") && (isFinite(data41))){
if(data41 > 1000000 || isNaN(data41)){
validate11.errors = [{instancePath:instancePath+"/generate/maxLength/perSource",schemaPath:"#/properties/generate/properties/maxLength/properties/perSource/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data41 < 0 || isNaN(data41)){
validate11.errors = [{instancePath:instancePath+"/generate/maxLength/perSource",schemaPath:"#/properties/generate/properties/maxLength/properties/perSource/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/generate/maxLength/perSource",schemaPath:"#/properties/generate/properties/maxLength/properties/perSource/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid27 = _errs106 === errors;
}
else {
var valid27 = true;
}
if(valid27){
if(data40.more !== undefined){
let data42 = data40.more;
const _errs108 = errors;
if(errors === _errs108){
if((typeof data42 == "number") && (isFinite(data42))){
if(data42 > 2147483647 || isNaN(data42)){
validate11.errors = [{instancePath:instancePath+"/generate/maxLength/more",schemaPath:"#/properties/generate/properties/maxLength/properties/more/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data42 < -2147483647 || isNaN(data42)){
validate11.errors = [{instancePath:instancePath+"/generate/maxLength/more",schemaPath:"#/properties/generate/properties/maxLength/properties/more/minimum",keyword:"minimum",params:{comparison: ">=", limit: -2147483647},message:"must be >= -2147483647"}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/generate/maxLength/more",schemaPath:"#/properties/generate/properties/maxLength/properties/more/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid27 = _errs108 === errors;
}
else {
var valid27 = true;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/generate/maxLength",schemaPath:"#/properties/generate/properties/maxLength/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid26 = _errs103 === errors;
}
else {
var valid26 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/generate",schemaPath:"#/properties/generate/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs88 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate11.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate11.errors = vErrors;
return errors === 0;
}

const schema15 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"shape":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2147483647},"maxItems":16},"initializer":{"$ref":"#/definitions/initializer"}},"required":["name","shape","initializer"],"additionalProperties":false};
const schema16 = {"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"zeros"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"ones"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"normal"},"deviation":{"type":"number","minimum":0}},"required":["kind","deviation"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"uniform"},"low":{"type":"number"},"high":{"type":"number"}},"required":["kind","low","high"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"identity_tap"}},"required":["kind"],"additionalProperties":false}]};

function validate13(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.name === undefined) && (missing0 = "name")) || ((data.shape === undefined) && (missing0 = "shape"))) || ((data.initializer === undefined) && (missing0 = "initializer"))){
validate13.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "name") || (key0 === "shape")) || (key0 === "initializer"))){
validate13.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(data0.length > 500){
validate13.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data0)){
validate13.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate13.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.shape !== undefined){
let data1 = data.shape;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
if(data1.length > 16){
validate13.errors = [{instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"}];
return false;
}
else {
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate13.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs6){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 2147483647 || isNaN(data2)){
validate13.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data2 < 1 || isNaN(data2)){
validate13.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate13.errors = [{instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.initializer !== undefined){
let data3 = data.initializer;
const _errs8 = errors;
const _errs9 = errors;
if(errors === _errs9){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if((data3.kind === undefined) && (missing1 = "kind")){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const tag0 = data3.kind;
if(typeof tag0 == "string"){
if(tag0 === "zeros"){
const _errs12 = errors;
if(errors === _errs12){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing2;
if((data3.kind === undefined) && (missing2 = "kind")){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/0/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs14 = errors;
for(const key1 in data3){
if(!(key1 === "kind")){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs14 === errors){
if(data3.kind !== undefined){
if("zeros" !== data3.kind){
validate13.errors = [{instancePath:instancePath+"/initializer/kind",schemaPath:"#/definitions/initializer/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "zeros"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "ones"){
const _errs16 = errors;
if(errors === _errs16){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing3;
if((data3.kind === undefined) && (missing3 = "kind")){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/1/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs18 = errors;
for(const key2 in data3){
if(!(key2 === "kind")){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs18 === errors){
if(data3.kind !== undefined){
if("ones" !== data3.kind){
validate13.errors = [{instancePath:instancePath+"/initializer/kind",schemaPath:"#/definitions/initializer/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "ones"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "normal"){
const _errs20 = errors;
if(errors === _errs20){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing4;
if(((data3.kind === undefined) && (missing4 = "kind")) || ((data3.deviation === undefined) && (missing4 = "deviation"))){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/2/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs22 = errors;
for(const key3 in data3){
if(!((key3 === "kind") || (key3 === "deviation"))){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs22 === errors){
if(data3.kind !== undefined){
const _errs23 = errors;
if("normal" !== data3.kind){
validate13.errors = [{instancePath:instancePath+"/initializer/kind",schemaPath:"#/definitions/initializer/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "normal"},message:"must be equal to constant"}];
return false;
}
var valid9 = _errs23 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data3.deviation !== undefined){
let data7 = data3.deviation;
const _errs24 = errors;
if(errors === _errs24){
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 < 0 || isNaN(data7)){
validate13.errors = [{instancePath:instancePath+"/initializer/deviation",schemaPath:"#/definitions/initializer/oneOf/2/properties/deviation/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate13.errors = [{instancePath:instancePath+"/initializer/deviation",schemaPath:"#/definitions/initializer/oneOf/2/properties/deviation/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid9 = _errs24 === errors;
}
else {
var valid9 = true;
}
}
}
}
}
else {
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "uniform"){
const _errs26 = errors;
if(errors === _errs26){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing5;
if((((data3.kind === undefined) && (missing5 = "kind")) || ((data3.low === undefined) && (missing5 = "low"))) || ((data3.high === undefined) && (missing5 = "high"))){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/3/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs28 = errors;
for(const key4 in data3){
if(!(((key4 === "kind") || (key4 === "low")) || (key4 === "high"))){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs28 === errors){
if(data3.kind !== undefined){
const _errs29 = errors;
if("uniform" !== data3.kind){
validate13.errors = [{instancePath:instancePath+"/initializer/kind",schemaPath:"#/definitions/initializer/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "uniform"},message:"must be equal to constant"}];
return false;
}
var valid11 = _errs29 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data3.low !== undefined){
let data9 = data3.low;
const _errs30 = errors;
if(!((typeof data9 == "number") && (isFinite(data9)))){
validate13.errors = [{instancePath:instancePath+"/initializer/low",schemaPath:"#/definitions/initializer/oneOf/3/properties/low/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid11 = _errs30 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data3.high !== undefined){
let data10 = data3.high;
const _errs32 = errors;
if(!((typeof data10 == "number") && (isFinite(data10)))){
validate13.errors = [{instancePath:instancePath+"/initializer/high",schemaPath:"#/definitions/initializer/oneOf/3/properties/high/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid11 = _errs32 === errors;
}
else {
var valid11 = true;
}
}
}
}
}
}
else {
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "identity_tap"){
const _errs34 = errors;
if(errors === _errs34){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing6;
if((data3.kind === undefined) && (missing6 = "kind")){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/4/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const _errs36 = errors;
for(const key5 in data3){
if(!(key5 === "kind")){
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs36 === errors){
if(data3.kind !== undefined){
if("identity_tap" !== data3.kind){
validate13.errors = [{instancePath:instancePath+"/initializer/kind",schemaPath:"#/definitions/initializer/oneOf/4/properties/kind/const",keyword:"const",params:{allowedValue: "identity_tap"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/oneOf/4/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate13.errors = [{instancePath:instancePath+"/initializer",schemaPath:"#/definitions/initializer/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate13.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate13.errors = vErrors;
return errors === 0;
}

const schema19 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"chunk":{"type":"integer","minimum":1,"maximum":65536},"inputs":{"type":"array","items":{"$ref":"#/definitions/tensor"}},"outputs":{"type":"array","items":{"$ref":"#/definitions/tensor"}},"states":{"type":"array","items":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500}},"updates":{"type":"array","items":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"minItems":1}},"required":["name","chunk","inputs","outputs","states"],"additionalProperties":false};
const schema20 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":["integer","string"],"minimum":1,"maximum":2147483647,"pattern":"^[BTNSCEM]$"},"maxItems":16}},"required":["name","dtype","shape"],"additionalProperties":false};
const pattern7 = new RegExp("^[a-z][a-z0-9_]*$", "u");
const pattern5 = new RegExp("^[BTNSCEM]$", "u");

function validate15(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.name === undefined) && (missing0 = "name")) || ((data.chunk === undefined) && (missing0 = "chunk"))) || ((data.inputs === undefined) && (missing0 = "inputs"))) || ((data.outputs === undefined) && (missing0 = "outputs"))) || ((data.states === undefined) && (missing0 = "states"))){
validate15.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((((key0 === "name") || (key0 === "chunk")) || (key0 === "inputs")) || (key0 === "outputs")) || (key0 === "states")) || (key0 === "updates"))){
validate15.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(data0.length > 100){
validate15.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"}];
return false;
}
else {
if(!pattern7.test(data0)){
validate15.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_]*$"},message:"must match pattern \""+"^[a-z][a-z0-9_]*$"+"\""}];
return false;
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.chunk !== undefined){
let data1 = data.chunk;
const _errs4 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
validate15.errors = [{instancePath:instancePath+"/chunk",schemaPath:"#/properties/chunk/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs4){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 65536 || isNaN(data1)){
validate15.errors = [{instancePath:instancePath+"/chunk",schemaPath:"#/properties/chunk/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65536},message:"must be <= 65536"}];
return false;
}
else {
if(data1 < 1 || isNaN(data1)){
validate15.errors = [{instancePath:instancePath+"/chunk",schemaPath:"#/properties/chunk/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.inputs !== undefined){
let data2 = data.inputs;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs8 = errors;
const _errs9 = errors;
if(errors === _errs9){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if((((data3.name === undefined) && (missing1 = "name")) || ((data3.dtype === undefined) && (missing1 = "dtype"))) || ((data3.shape === undefined) && (missing1 = "shape"))){
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0,schemaPath:"#/definitions/tensor/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs11 = errors;
for(const key1 in data3){
if(!(((key1 === "name") || (key1 === "dtype")) || (key1 === "shape"))){
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0,schemaPath:"#/definitions/tensor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs11 === errors){
if(data3.name !== undefined){
let data4 = data3.name;
const _errs12 = errors;
if(errors === _errs12){
if(typeof data4 === "string"){
if(data4.length > 500){
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0+"/name",schemaPath:"#/definitions/tensor/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data4)){
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0+"/name",schemaPath:"#/definitions/tensor/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0+"/name",schemaPath:"#/definitions/tensor/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid3 = _errs12 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data3.dtype !== undefined){
let data5 = data3.dtype;
const _errs14 = errors;
if(!(((data5 === "f32") || (data5 === "i32")) || (data5 === "u32"))){
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0+"/dtype",schemaPath:"#/definitions/tensor/properties/dtype/enum",keyword:"enum",params:{allowedValues: schema20.properties.dtype.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid3 = _errs14 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data3.shape !== undefined){
let data6 = data3.shape;
const _errs15 = errors;
if(errors === _errs15){
if(Array.isArray(data6)){
if(data6.length > 16){
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0+"/shape",schemaPath:"#/definitions/tensor/properties/shape/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"}];
return false;
}
else {
var valid4 = true;
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
const _errs17 = errors;
if((!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))) && (typeof data7 !== "string")){
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0+"/shape/" + i1,schemaPath:"#/definitions/tensor/properties/shape/items/type",keyword:"type",params:{type: schema20.properties.shape.items.type},message:"must be integer,string"}];
return false;
}
if(errors === _errs17){
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 2147483647 || isNaN(data7)){
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0+"/shape/" + i1,schemaPath:"#/definitions/tensor/properties/shape/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data7 < 1 || isNaN(data7)){
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0+"/shape/" + i1,schemaPath:"#/definitions/tensor/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
if(errors === _errs17){
if(typeof data7 === "string"){
if(!pattern5.test(data7)){
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0+"/shape/" + i1,schemaPath:"#/definitions/tensor/properties/shape/items/pattern",keyword:"pattern",params:{pattern: "^[BTNSCEM]$"},message:"must match pattern \""+"^[BTNSCEM]$"+"\""}];
return false;
}
}
}
}
var valid4 = _errs17 === errors;
if(!valid4){
break;
}
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0+"/shape",schemaPath:"#/definitions/tensor/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid3 = _errs15 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/inputs/" + i0,schemaPath:"#/definitions/tensor/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs8 === errors;
if(!valid1){
break;
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/inputs",schemaPath:"#/properties/inputs/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.outputs !== undefined){
let data8 = data.outputs;
const _errs19 = errors;
if(errors === _errs19){
if(Array.isArray(data8)){
var valid5 = true;
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
let data9 = data8[i2];
const _errs21 = errors;
const _errs22 = errors;
if(errors === _errs22){
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
let missing2;
if((((data9.name === undefined) && (missing2 = "name")) || ((data9.dtype === undefined) && (missing2 = "dtype"))) || ((data9.shape === undefined) && (missing2 = "shape"))){
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2,schemaPath:"#/definitions/tensor/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs24 = errors;
for(const key2 in data9){
if(!(((key2 === "name") || (key2 === "dtype")) || (key2 === "shape"))){
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2,schemaPath:"#/definitions/tensor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs24 === errors){
if(data9.name !== undefined){
let data10 = data9.name;
const _errs25 = errors;
if(errors === _errs25){
if(typeof data10 === "string"){
if(data10.length > 500){
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2+"/name",schemaPath:"#/definitions/tensor/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data10)){
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2+"/name",schemaPath:"#/definitions/tensor/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2+"/name",schemaPath:"#/definitions/tensor/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid7 = _errs25 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data9.dtype !== undefined){
let data11 = data9.dtype;
const _errs27 = errors;
if(!(((data11 === "f32") || (data11 === "i32")) || (data11 === "u32"))){
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2+"/dtype",schemaPath:"#/definitions/tensor/properties/dtype/enum",keyword:"enum",params:{allowedValues: schema20.properties.dtype.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid7 = _errs27 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data9.shape !== undefined){
let data12 = data9.shape;
const _errs28 = errors;
if(errors === _errs28){
if(Array.isArray(data12)){
if(data12.length > 16){
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2+"/shape",schemaPath:"#/definitions/tensor/properties/shape/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"}];
return false;
}
else {
var valid8 = true;
const len3 = data12.length;
for(let i3=0; i3<len3; i3++){
let data13 = data12[i3];
const _errs30 = errors;
if((!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))) && (typeof data13 !== "string")){
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2+"/shape/" + i3,schemaPath:"#/definitions/tensor/properties/shape/items/type",keyword:"type",params:{type: schema20.properties.shape.items.type},message:"must be integer,string"}];
return false;
}
if(errors === _errs30){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 2147483647 || isNaN(data13)){
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2+"/shape/" + i3,schemaPath:"#/definitions/tensor/properties/shape/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data13 < 1 || isNaN(data13)){
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2+"/shape/" + i3,schemaPath:"#/definitions/tensor/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
if(errors === _errs30){
if(typeof data13 === "string"){
if(!pattern5.test(data13)){
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2+"/shape/" + i3,schemaPath:"#/definitions/tensor/properties/shape/items/pattern",keyword:"pattern",params:{pattern: "^[BTNSCEM]$"},message:"must match pattern \""+"^[BTNSCEM]$"+"\""}];
return false;
}
}
}
}
var valid8 = _errs30 === errors;
if(!valid8){
break;
}
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2+"/shape",schemaPath:"#/definitions/tensor/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid7 = _errs28 === errors;
}
else {
var valid7 = true;
}
}
}
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/outputs/" + i2,schemaPath:"#/definitions/tensor/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid5 = _errs21 === errors;
if(!valid5){
break;
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/outputs",schemaPath:"#/properties/outputs/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.states !== undefined){
let data14 = data.states;
const _errs32 = errors;
if(errors === _errs32){
if(Array.isArray(data14)){
var valid9 = true;
const len4 = data14.length;
for(let i4=0; i4<len4; i4++){
let data15 = data14[i4];
const _errs34 = errors;
if(errors === _errs34){
if(typeof data15 === "string"){
if(data15.length > 500){
validate15.errors = [{instancePath:instancePath+"/states/" + i4,schemaPath:"#/properties/states/items/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data15)){
validate15.errors = [{instancePath:instancePath+"/states/" + i4,schemaPath:"#/properties/states/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/states/" + i4,schemaPath:"#/properties/states/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid9 = _errs34 === errors;
if(!valid9){
break;
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/states",schemaPath:"#/properties/states/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs32 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.updates !== undefined){
let data16 = data.updates;
const _errs36 = errors;
if(errors === _errs36){
if(Array.isArray(data16)){
if(data16.length < 1){
validate15.errors = [{instancePath:instancePath+"/updates",schemaPath:"#/properties/updates/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid10 = true;
const len5 = data16.length;
for(let i5=0; i5<len5; i5++){
let data17 = data16[i5];
const _errs38 = errors;
if(errors === _errs38){
if(typeof data17 === "string"){
if(data17.length > 500){
validate15.errors = [{instancePath:instancePath+"/updates/" + i5,schemaPath:"#/properties/updates/items/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data17)){
validate15.errors = [{instancePath:instancePath+"/updates/" + i5,schemaPath:"#/properties/updates/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/updates/" + i5,schemaPath:"#/properties/updates/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid10 = _errs38 === errors;
if(!valid10){
break;
}
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/updates",schemaPath:"#/properties/updates/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
else {
validate15.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate15.errors = vErrors;
return errors === 0;
}

const schema22 = {"type":"object","properties":{"batch":{"type":"integer","minimum":1,"maximum":281474976710656},"batchTokens":{"type":"integer","minimum":1,"maximum":281474976710656},"accumulate":{"type":"integer","minimum":1,"maximum":281474976710656},"steps":{"type":"integer","minimum":1,"maximum":281474976710656},"seed":{"type":"integer","minimum":0,"maximum":4294967295},"precision":{"enum":["float32","float16","bfloat16"]},"optimizer":{"$ref":"#/definitions/optimizer"},"schedule":{"$ref":"#/definitions/schedule"}},"required":["batch","accumulate","steps","seed","precision","optimizer","schedule"],"additionalProperties":false};
const schema23 = {"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"adamw"},"rate":{"type":"number","exclusiveMinimum":0},"betas":{"type":"array","items":{"type":"number","minimum":0,"exclusiveMaximum":1},"minItems":2,"maxItems":2},"epsilon":{"type":"number","exclusiveMinimum":0},"decay":{"type":"number","minimum":0}},"required":["kind","rate","betas","epsilon","decay"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"adam"},"rate":{"type":"number","exclusiveMinimum":0},"betas":{"type":"array","items":{"type":"number","minimum":0,"exclusiveMaximum":1},"minItems":2,"maxItems":2},"epsilon":{"type":"number","exclusiveMinimum":0},"decay":{"type":"number","minimum":0}},"required":["kind","rate","betas","epsilon","decay"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"nag"},"rate":{"type":"number","exclusiveMinimum":0},"momentum":{"type":"number","minimum":0,"exclusiveMaximum":1},"decay":{"type":"number","minimum":0}},"required":["kind","rate","momentum","decay"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"sgd"},"rate":{"type":"number","exclusiveMinimum":0},"momentum":{"type":"number","minimum":0,"exclusiveMaximum":1},"decay":{"type":"number","minimum":0}},"required":["kind","rate","momentum","decay"],"additionalProperties":false}]};
const schema24 = {"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"cosine"},"warmup":{"type":"integer","minimum":0,"maximum":281474976710656},"start":{"type":"number","minimum":0,"maximum":1},"floor":{"type":"number","minimum":0,"maximum":1},"restarts":{"type":"object","properties":{"period":{"type":"integer","minimum":1,"maximum":281474976710656},"grow":{"type":"number","minimum":1,"maximum":1000},"shrink":{"type":"number","exclusiveMinimum":0,"maximum":1}},"required":["period","grow","shrink"],"additionalProperties":false}},"required":["kind","warmup","start","floor"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"linear"},"warmup":{"type":"integer","minimum":0,"maximum":281474976710656},"start":{"type":"number","minimum":0,"maximum":1},"floor":{"type":"number","minimum":0,"maximum":1}},"required":["kind","warmup","start","floor"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"inverse_sqrt"},"warmup":{"type":"integer","minimum":0,"maximum":281474976710656},"start":{"type":"number","minimum":0,"maximum":1}},"required":["kind","warmup","start"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"constant"},"warmup":{"type":"integer","minimum":0,"maximum":281474976710656},"start":{"type":"number","minimum":0,"maximum":1}},"required":["kind","warmup","start"],"additionalProperties":false}]};

function validate17(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.batch === undefined) && (missing0 = "batch")) || ((data.accumulate === undefined) && (missing0 = "accumulate"))) || ((data.steps === undefined) && (missing0 = "steps"))) || ((data.seed === undefined) && (missing0 = "seed"))) || ((data.precision === undefined) && (missing0 = "precision"))) || ((data.optimizer === undefined) && (missing0 = "optimizer"))) || ((data.schedule === undefined) && (missing0 = "schedule"))){
validate17.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((((((key0 === "batch") || (key0 === "batchTokens")) || (key0 === "accumulate")) || (key0 === "steps")) || (key0 === "seed")) || (key0 === "precision")) || (key0 === "optimizer")) || (key0 === "schedule"))){
validate17.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.batch !== undefined){
let data0 = data.batch;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate17.errors = [{instancePath:instancePath+"/batch",schemaPath:"#/properties/batch/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 281474976710656 || isNaN(data0)){
validate17.errors = [{instancePath:instancePath+"/batch",schemaPath:"#/properties/batch/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data0 < 1 || isNaN(data0)){
validate17.errors = [{instancePath:instancePath+"/batch",schemaPath:"#/properties/batch/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.batchTokens !== undefined){
let data1 = data.batchTokens;
const _errs4 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
validate17.errors = [{instancePath:instancePath+"/batchTokens",schemaPath:"#/properties/batchTokens/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs4){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 281474976710656 || isNaN(data1)){
validate17.errors = [{instancePath:instancePath+"/batchTokens",schemaPath:"#/properties/batchTokens/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data1 < 1 || isNaN(data1)){
validate17.errors = [{instancePath:instancePath+"/batchTokens",schemaPath:"#/properties/batchTokens/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.accumulate !== undefined){
let data2 = data.accumulate;
const _errs6 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate17.errors = [{instancePath:instancePath+"/accumulate",schemaPath:"#/properties/accumulate/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs6){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 281474976710656 || isNaN(data2)){
validate17.errors = [{instancePath:instancePath+"/accumulate",schemaPath:"#/properties/accumulate/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data2 < 1 || isNaN(data2)){
validate17.errors = [{instancePath:instancePath+"/accumulate",schemaPath:"#/properties/accumulate/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.steps !== undefined){
let data3 = data.steps;
const _errs8 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate17.errors = [{instancePath:instancePath+"/steps",schemaPath:"#/properties/steps/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs8){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 281474976710656 || isNaN(data3)){
validate17.errors = [{instancePath:instancePath+"/steps",schemaPath:"#/properties/steps/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data3 < 1 || isNaN(data3)){
validate17.errors = [{instancePath:instancePath+"/steps",schemaPath:"#/properties/steps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seed !== undefined){
let data4 = data.seed;
const _errs10 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate17.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs10){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 4294967295 || isNaN(data4)){
validate17.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967295},message:"must be <= 4294967295"}];
return false;
}
else {
if(data4 < 0 || isNaN(data4)){
validate17.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.precision !== undefined){
let data5 = data.precision;
const _errs12 = errors;
if(!(((data5 === "float32") || (data5 === "float16")) || (data5 === "bfloat16"))){
validate17.errors = [{instancePath:instancePath+"/precision",schemaPath:"#/properties/precision/enum",keyword:"enum",params:{allowedValues: schema22.properties.precision.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.optimizer !== undefined){
let data6 = data.optimizer;
const _errs13 = errors;
const _errs14 = errors;
if(errors === _errs14){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if((data6.kind === undefined) && (missing1 = "kind")){
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const tag0 = data6.kind;
if(typeof tag0 == "string"){
if(tag0 === "adamw"){
const _errs17 = errors;
if(errors === _errs17){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing2;
if((((((data6.kind === undefined) && (missing2 = "kind")) || ((data6.rate === undefined) && (missing2 = "rate"))) || ((data6.betas === undefined) && (missing2 = "betas"))) || ((data6.epsilon === undefined) && (missing2 = "epsilon"))) || ((data6.decay === undefined) && (missing2 = "decay"))){
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/0/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs19 = errors;
for(const key1 in data6){
if(!(((((key1 === "kind") || (key1 === "rate")) || (key1 === "betas")) || (key1 === "epsilon")) || (key1 === "decay"))){
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs19 === errors){
if(data6.kind !== undefined){
const _errs20 = errors;
if("adamw" !== data6.kind){
validate17.errors = [{instancePath:instancePath+"/optimizer/kind",schemaPath:"#/definitions/optimizer/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "adamw"},message:"must be equal to constant"}];
return false;
}
var valid4 = _errs20 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data6.rate !== undefined){
let data8 = data6.rate;
const _errs21 = errors;
if(errors === _errs21){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 <= 0 || isNaN(data8)){
validate17.errors = [{instancePath:instancePath+"/optimizer/rate",schemaPath:"#/definitions/optimizer/oneOf/0/properties/rate/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/rate",schemaPath:"#/definitions/optimizer/oneOf/0/properties/rate/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid4 = _errs21 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data6.betas !== undefined){
let data9 = data6.betas;
const _errs23 = errors;
if(errors === _errs23){
if(Array.isArray(data9)){
if(data9.length > 2){
validate17.errors = [{instancePath:instancePath+"/optimizer/betas",schemaPath:"#/definitions/optimizer/oneOf/0/properties/betas/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items"}];
return false;
}
else {
if(data9.length < 2){
validate17.errors = [{instancePath:instancePath+"/optimizer/betas",schemaPath:"#/definitions/optimizer/oneOf/0/properties/betas/minItems",keyword:"minItems",params:{limit: 2},message:"must NOT have fewer than 2 items"}];
return false;
}
else {
var valid5 = true;
const len0 = data9.length;
for(let i0=0; i0<len0; i0++){
let data10 = data9[i0];
const _errs25 = errors;
if(errors === _errs25){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 < 0 || isNaN(data10)){
validate17.errors = [{instancePath:instancePath+"/optimizer/betas/" + i0,schemaPath:"#/definitions/optimizer/oneOf/0/properties/betas/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
else {
if(data10 >= 1 || isNaN(data10)){
validate17.errors = [{instancePath:instancePath+"/optimizer/betas/" + i0,schemaPath:"#/definitions/optimizer/oneOf/0/properties/betas/items/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/betas/" + i0,schemaPath:"#/definitions/optimizer/oneOf/0/properties/betas/items/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid5 = _errs25 === errors;
if(!valid5){
break;
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/betas",schemaPath:"#/definitions/optimizer/oneOf/0/properties/betas/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid4 = _errs23 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data6.epsilon !== undefined){
let data11 = data6.epsilon;
const _errs27 = errors;
if(errors === _errs27){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 <= 0 || isNaN(data11)){
validate17.errors = [{instancePath:instancePath+"/optimizer/epsilon",schemaPath:"#/definitions/optimizer/oneOf/0/properties/epsilon/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/epsilon",schemaPath:"#/definitions/optimizer/oneOf/0/properties/epsilon/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid4 = _errs27 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data6.decay !== undefined){
let data12 = data6.decay;
const _errs29 = errors;
if(errors === _errs29){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 < 0 || isNaN(data12)){
validate17.errors = [{instancePath:instancePath+"/optimizer/decay",schemaPath:"#/definitions/optimizer/oneOf/0/properties/decay/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/decay",schemaPath:"#/definitions/optimizer/oneOf/0/properties/decay/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid4 = _errs29 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "adam"){
const _errs31 = errors;
if(errors === _errs31){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing3;
if((((((data6.kind === undefined) && (missing3 = "kind")) || ((data6.rate === undefined) && (missing3 = "rate"))) || ((data6.betas === undefined) && (missing3 = "betas"))) || ((data6.epsilon === undefined) && (missing3 = "epsilon"))) || ((data6.decay === undefined) && (missing3 = "decay"))){
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/1/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs33 = errors;
for(const key2 in data6){
if(!(((((key2 === "kind") || (key2 === "rate")) || (key2 === "betas")) || (key2 === "epsilon")) || (key2 === "decay"))){
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs33 === errors){
if(data6.kind !== undefined){
const _errs34 = errors;
if("adam" !== data6.kind){
validate17.errors = [{instancePath:instancePath+"/optimizer/kind",schemaPath:"#/definitions/optimizer/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "adam"},message:"must be equal to constant"}];
return false;
}
var valid7 = _errs34 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data6.rate !== undefined){
let data14 = data6.rate;
const _errs35 = errors;
if(errors === _errs35){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 <= 0 || isNaN(data14)){
validate17.errors = [{instancePath:instancePath+"/optimizer/rate",schemaPath:"#/definitions/optimizer/oneOf/1/properties/rate/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/rate",schemaPath:"#/definitions/optimizer/oneOf/1/properties/rate/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid7 = _errs35 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data6.betas !== undefined){
let data15 = data6.betas;
const _errs37 = errors;
if(errors === _errs37){
if(Array.isArray(data15)){
if(data15.length > 2){
validate17.errors = [{instancePath:instancePath+"/optimizer/betas",schemaPath:"#/definitions/optimizer/oneOf/1/properties/betas/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items"}];
return false;
}
else {
if(data15.length < 2){
validate17.errors = [{instancePath:instancePath+"/optimizer/betas",schemaPath:"#/definitions/optimizer/oneOf/1/properties/betas/minItems",keyword:"minItems",params:{limit: 2},message:"must NOT have fewer than 2 items"}];
return false;
}
else {
var valid8 = true;
const len1 = data15.length;
for(let i1=0; i1<len1; i1++){
let data16 = data15[i1];
const _errs39 = errors;
if(errors === _errs39){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 < 0 || isNaN(data16)){
validate17.errors = [{instancePath:instancePath+"/optimizer/betas/" + i1,schemaPath:"#/definitions/optimizer/oneOf/1/properties/betas/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
else {
if(data16 >= 1 || isNaN(data16)){
validate17.errors = [{instancePath:instancePath+"/optimizer/betas/" + i1,schemaPath:"#/definitions/optimizer/oneOf/1/properties/betas/items/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/betas/" + i1,schemaPath:"#/definitions/optimizer/oneOf/1/properties/betas/items/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid8 = _errs39 === errors;
if(!valid8){
break;
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/betas",schemaPath:"#/definitions/optimizer/oneOf/1/properties/betas/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid7 = _errs37 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data6.epsilon !== undefined){
let data17 = data6.epsilon;
const _errs41 = errors;
if(errors === _errs41){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 <= 0 || isNaN(data17)){
validate17.errors = [{instancePath:instancePath+"/optimizer/epsilon",schemaPath:"#/definitions/optimizer/oneOf/1/properties/epsilon/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/epsilon",schemaPath:"#/definitions/optimizer/oneOf/1/properties/epsilon/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid7 = _errs41 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data6.decay !== undefined){
let data18 = data6.decay;
const _errs43 = errors;
if(errors === _errs43){
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 < 0 || isNaN(data18)){
validate17.errors = [{instancePath:instancePath+"/optimizer/decay",schemaPath:"#/definitions/optimizer/oneOf/1/properties/decay/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/decay",schemaPath:"#/definitions/optimizer/oneOf/1/properties/decay/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid7 = _errs43 === errors;
}
else {
var valid7 = true;
}
}
}
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "nag"){
const _errs45 = errors;
if(errors === _errs45){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing4;
if(((((data6.kind === undefined) && (missing4 = "kind")) || ((data6.rate === undefined) && (missing4 = "rate"))) || ((data6.momentum === undefined) && (missing4 = "momentum"))) || ((data6.decay === undefined) && (missing4 = "decay"))){
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/2/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs47 = errors;
for(const key3 in data6){
if(!((((key3 === "kind") || (key3 === "rate")) || (key3 === "momentum")) || (key3 === "decay"))){
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs47 === errors){
if(data6.kind !== undefined){
const _errs48 = errors;
if("nag" !== data6.kind){
validate17.errors = [{instancePath:instancePath+"/optimizer/kind",schemaPath:"#/definitions/optimizer/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "nag"},message:"must be equal to constant"}];
return false;
}
var valid10 = _errs48 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data6.rate !== undefined){
let data20 = data6.rate;
const _errs49 = errors;
if(errors === _errs49){
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 <= 0 || isNaN(data20)){
validate17.errors = [{instancePath:instancePath+"/optimizer/rate",schemaPath:"#/definitions/optimizer/oneOf/2/properties/rate/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/rate",schemaPath:"#/definitions/optimizer/oneOf/2/properties/rate/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid10 = _errs49 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data6.momentum !== undefined){
let data21 = data6.momentum;
const _errs51 = errors;
if(errors === _errs51){
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 < 0 || isNaN(data21)){
validate17.errors = [{instancePath:instancePath+"/optimizer/momentum",schemaPath:"#/definitions/optimizer/oneOf/2/properties/momentum/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
else {
if(data21 >= 1 || isNaN(data21)){
validate17.errors = [{instancePath:instancePath+"/optimizer/momentum",schemaPath:"#/definitions/optimizer/oneOf/2/properties/momentum/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/momentum",schemaPath:"#/definitions/optimizer/oneOf/2/properties/momentum/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid10 = _errs51 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data6.decay !== undefined){
let data22 = data6.decay;
const _errs53 = errors;
if(errors === _errs53){
if((typeof data22 == "number") && (isFinite(data22))){
if(data22 < 0 || isNaN(data22)){
validate17.errors = [{instancePath:instancePath+"/optimizer/decay",schemaPath:"#/definitions/optimizer/oneOf/2/properties/decay/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/decay",schemaPath:"#/definitions/optimizer/oneOf/2/properties/decay/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid10 = _errs53 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "sgd"){
const _errs55 = errors;
if(errors === _errs55){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing5;
if(((((data6.kind === undefined) && (missing5 = "kind")) || ((data6.rate === undefined) && (missing5 = "rate"))) || ((data6.momentum === undefined) && (missing5 = "momentum"))) || ((data6.decay === undefined) && (missing5 = "decay"))){
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/3/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs57 = errors;
for(const key4 in data6){
if(!((((key4 === "kind") || (key4 === "rate")) || (key4 === "momentum")) || (key4 === "decay"))){
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs57 === errors){
if(data6.kind !== undefined){
const _errs58 = errors;
if("sgd" !== data6.kind){
validate17.errors = [{instancePath:instancePath+"/optimizer/kind",schemaPath:"#/definitions/optimizer/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "sgd"},message:"must be equal to constant"}];
return false;
}
var valid12 = _errs58 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data6.rate !== undefined){
let data24 = data6.rate;
const _errs59 = errors;
if(errors === _errs59){
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 <= 0 || isNaN(data24)){
validate17.errors = [{instancePath:instancePath+"/optimizer/rate",schemaPath:"#/definitions/optimizer/oneOf/3/properties/rate/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/rate",schemaPath:"#/definitions/optimizer/oneOf/3/properties/rate/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid12 = _errs59 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data6.momentum !== undefined){
let data25 = data6.momentum;
const _errs61 = errors;
if(errors === _errs61){
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < 0 || isNaN(data25)){
validate17.errors = [{instancePath:instancePath+"/optimizer/momentum",schemaPath:"#/definitions/optimizer/oneOf/3/properties/momentum/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
else {
if(data25 >= 1 || isNaN(data25)){
validate17.errors = [{instancePath:instancePath+"/optimizer/momentum",schemaPath:"#/definitions/optimizer/oneOf/3/properties/momentum/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/momentum",schemaPath:"#/definitions/optimizer/oneOf/3/properties/momentum/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid12 = _errs61 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data6.decay !== undefined){
let data26 = data6.decay;
const _errs63 = errors;
if(errors === _errs63){
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 < 0 || isNaN(data26)){
validate17.errors = [{instancePath:instancePath+"/optimizer/decay",schemaPath:"#/definitions/optimizer/oneOf/3/properties/decay/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer/decay",schemaPath:"#/definitions/optimizer/oneOf/3/properties/decay/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid12 = _errs63 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/optimizer",schemaPath:"#/definitions/optimizer/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.schedule !== undefined){
let data27 = data.schedule;
const _errs65 = errors;
const _errs66 = errors;
if(errors === _errs66){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
let missing6;
if((data27.kind === undefined) && (missing6 = "kind")){
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const tag1 = data27.kind;
if(typeof tag1 == "string"){
if(tag1 === "cosine"){
const _errs69 = errors;
if(errors === _errs69){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
let missing7;
if(((((data27.kind === undefined) && (missing7 = "kind")) || ((data27.warmup === undefined) && (missing7 = "warmup"))) || ((data27.start === undefined) && (missing7 = "start"))) || ((data27.floor === undefined) && (missing7 = "floor"))){
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/0/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'"}];
return false;
}
else {
const _errs71 = errors;
for(const key5 in data27){
if(!(((((key5 === "kind") || (key5 === "warmup")) || (key5 === "start")) || (key5 === "floor")) || (key5 === "restarts"))){
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs71 === errors){
if(data27.kind !== undefined){
const _errs72 = errors;
if("cosine" !== data27.kind){
validate17.errors = [{instancePath:instancePath+"/schedule/kind",schemaPath:"#/definitions/schedule/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "cosine"},message:"must be equal to constant"}];
return false;
}
var valid16 = _errs72 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.warmup !== undefined){
let data29 = data27.warmup;
const _errs73 = errors;
if(!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/0/properties/warmup/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs73){
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 > 281474976710656 || isNaN(data29)){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/0/properties/warmup/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data29 < 0 || isNaN(data29)){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/0/properties/warmup/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid16 = _errs73 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.start !== undefined){
let data30 = data27.start;
const _errs75 = errors;
if(errors === _errs75){
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 > 1 || isNaN(data30)){
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/0/properties/start/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1"}];
return false;
}
else {
if(data30 < 0 || isNaN(data30)){
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/0/properties/start/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/0/properties/start/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid16 = _errs75 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.floor !== undefined){
let data31 = data27.floor;
const _errs77 = errors;
if(errors === _errs77){
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 > 1 || isNaN(data31)){
validate17.errors = [{instancePath:instancePath+"/schedule/floor",schemaPath:"#/definitions/schedule/oneOf/0/properties/floor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1"}];
return false;
}
else {
if(data31 < 0 || isNaN(data31)){
validate17.errors = [{instancePath:instancePath+"/schedule/floor",schemaPath:"#/definitions/schedule/oneOf/0/properties/floor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule/floor",schemaPath:"#/definitions/schedule/oneOf/0/properties/floor/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid16 = _errs77 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.restarts !== undefined){
let data32 = data27.restarts;
const _errs79 = errors;
if(errors === _errs79){
if(data32 && typeof data32 == "object" && !Array.isArray(data32)){
let missing8;
if((((data32.period === undefined) && (missing8 = "period")) || ((data32.grow === undefined) && (missing8 = "grow"))) || ((data32.shrink === undefined) && (missing8 = "shrink"))){
validate17.errors = [{instancePath:instancePath+"/schedule/restarts",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/required",keyword:"required",params:{missingProperty: missing8},message:"must have required property '"+missing8+"'"}];
return false;
}
else {
const _errs81 = errors;
for(const key6 in data32){
if(!(((key6 === "period") || (key6 === "grow")) || (key6 === "shrink"))){
validate17.errors = [{instancePath:instancePath+"/schedule/restarts",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs81 === errors){
if(data32.period !== undefined){
let data33 = data32.period;
const _errs82 = errors;
if(!(((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33))) && (isFinite(data33)))){
validate17.errors = [{instancePath:instancePath+"/schedule/restarts/period",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/properties/period/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs82){
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 > 281474976710656 || isNaN(data33)){
validate17.errors = [{instancePath:instancePath+"/schedule/restarts/period",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/properties/period/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data33 < 1 || isNaN(data33)){
validate17.errors = [{instancePath:instancePath+"/schedule/restarts/period",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/properties/period/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid17 = _errs82 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data32.grow !== undefined){
let data34 = data32.grow;
const _errs84 = errors;
if(errors === _errs84){
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 > 1000 || isNaN(data34)){
validate17.errors = [{instancePath:instancePath+"/schedule/restarts/grow",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/properties/grow/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"}];
return false;
}
else {
if(data34 < 1 || isNaN(data34)){
validate17.errors = [{instancePath:instancePath+"/schedule/restarts/grow",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/properties/grow/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule/restarts/grow",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/properties/grow/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid17 = _errs84 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data32.shrink !== undefined){
let data35 = data32.shrink;
const _errs86 = errors;
if(errors === _errs86){
if((typeof data35 == "number") && (isFinite(data35))){
if(data35 > 1 || isNaN(data35)){
validate17.errors = [{instancePath:instancePath+"/schedule/restarts/shrink",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/properties/shrink/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1"}];
return false;
}
else {
if(data35 <= 0 || isNaN(data35)){
validate17.errors = [{instancePath:instancePath+"/schedule/restarts/shrink",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/properties/shrink/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule/restarts/shrink",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/properties/shrink/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid17 = _errs86 === errors;
}
else {
var valid17 = true;
}
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule/restarts",schemaPath:"#/definitions/schedule/oneOf/0/properties/restarts/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid16 = _errs79 === errors;
}
else {
var valid16 = true;
}
}
}
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag1 === "linear"){
const _errs88 = errors;
if(errors === _errs88){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
let missing9;
if(((((data27.kind === undefined) && (missing9 = "kind")) || ((data27.warmup === undefined) && (missing9 = "warmup"))) || ((data27.start === undefined) && (missing9 = "start"))) || ((data27.floor === undefined) && (missing9 = "floor"))){
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/1/required",keyword:"required",params:{missingProperty: missing9},message:"must have required property '"+missing9+"'"}];
return false;
}
else {
const _errs90 = errors;
for(const key7 in data27){
if(!((((key7 === "kind") || (key7 === "warmup")) || (key7 === "start")) || (key7 === "floor"))){
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs90 === errors){
if(data27.kind !== undefined){
const _errs91 = errors;
if("linear" !== data27.kind){
validate17.errors = [{instancePath:instancePath+"/schedule/kind",schemaPath:"#/definitions/schedule/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "linear"},message:"must be equal to constant"}];
return false;
}
var valid19 = _errs91 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data27.warmup !== undefined){
let data37 = data27.warmup;
const _errs92 = errors;
if(!(((typeof data37 == "number") && (!(data37 % 1) && !isNaN(data37))) && (isFinite(data37)))){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/1/properties/warmup/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs92){
if((typeof data37 == "number") && (isFinite(data37))){
if(data37 > 281474976710656 || isNaN(data37)){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/1/properties/warmup/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data37 < 0 || isNaN(data37)){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/1/properties/warmup/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid19 = _errs92 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data27.start !== undefined){
let data38 = data27.start;
const _errs94 = errors;
if(errors === _errs94){
if((typeof data38 == "number") && (isFinite(data38))){
if(data38 > 1 || isNaN(data38)){
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/1/properties/start/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1"}];
return false;
}
else {
if(data38 < 0 || isNaN(data38)){
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/1/properties/start/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/1/properties/start/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid19 = _errs94 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data27.floor !== undefined){
let data39 = data27.floor;
const _errs96 = errors;
if(errors === _errs96){
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 > 1 || isNaN(data39)){
validate17.errors = [{instancePath:instancePath+"/schedule/floor",schemaPath:"#/definitions/schedule/oneOf/1/properties/floor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1"}];
return false;
}
else {
if(data39 < 0 || isNaN(data39)){
validate17.errors = [{instancePath:instancePath+"/schedule/floor",schemaPath:"#/definitions/schedule/oneOf/1/properties/floor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule/floor",schemaPath:"#/definitions/schedule/oneOf/1/properties/floor/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid19 = _errs96 === errors;
}
else {
var valid19 = true;
}
}
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag1 === "inverse_sqrt"){
const _errs98 = errors;
if(errors === _errs98){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
let missing10;
if((((data27.kind === undefined) && (missing10 = "kind")) || ((data27.warmup === undefined) && (missing10 = "warmup"))) || ((data27.start === undefined) && (missing10 = "start"))){
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/2/required",keyword:"required",params:{missingProperty: missing10},message:"must have required property '"+missing10+"'"}];
return false;
}
else {
const _errs100 = errors;
for(const key8 in data27){
if(!(((key8 === "kind") || (key8 === "warmup")) || (key8 === "start"))){
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs100 === errors){
if(data27.kind !== undefined){
const _errs101 = errors;
if("inverse_sqrt" !== data27.kind){
validate17.errors = [{instancePath:instancePath+"/schedule/kind",schemaPath:"#/definitions/schedule/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "inverse_sqrt"},message:"must be equal to constant"}];
return false;
}
var valid21 = _errs101 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data27.warmup !== undefined){
let data41 = data27.warmup;
const _errs102 = errors;
if(!(((typeof data41 == "number") && (!(data41 % 1) && !isNaN(data41))) && (isFinite(data41)))){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/2/properties/warmup/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs102){
if((typeof data41 == "number") && (isFinite(data41))){
if(data41 > 281474976710656 || isNaN(data41)){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/2/properties/warmup/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data41 < 0 || isNaN(data41)){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/2/properties/warmup/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid21 = _errs102 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data27.start !== undefined){
let data42 = data27.start;
const _errs104 = errors;
if(errors === _errs104){
if((typeof data42 == "number") && (isFinite(data42))){
if(data42 > 1 || isNaN(data42)){
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/2/properties/start/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1"}];
return false;
}
else {
if(data42 < 0 || isNaN(data42)){
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/2/properties/start/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/2/properties/start/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid21 = _errs104 === errors;
}
else {
var valid21 = true;
}
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag1 === "constant"){
const _errs106 = errors;
if(errors === _errs106){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
let missing11;
if((((data27.kind === undefined) && (missing11 = "kind")) || ((data27.warmup === undefined) && (missing11 = "warmup"))) || ((data27.start === undefined) && (missing11 = "start"))){
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/3/required",keyword:"required",params:{missingProperty: missing11},message:"must have required property '"+missing11+"'"}];
return false;
}
else {
const _errs108 = errors;
for(const key9 in data27){
if(!(((key9 === "kind") || (key9 === "warmup")) || (key9 === "start"))){
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs108 === errors){
if(data27.kind !== undefined){
const _errs109 = errors;
if("constant" !== data27.kind){
validate17.errors = [{instancePath:instancePath+"/schedule/kind",schemaPath:"#/definitions/schedule/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "constant"},message:"must be equal to constant"}];
return false;
}
var valid23 = _errs109 === errors;
}
else {
var valid23 = true;
}
if(valid23){
if(data27.warmup !== undefined){
let data44 = data27.warmup;
const _errs110 = errors;
if(!(((typeof data44 == "number") && (!(data44 % 1) && !isNaN(data44))) && (isFinite(data44)))){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/3/properties/warmup/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs110){
if((typeof data44 == "number") && (isFinite(data44))){
if(data44 > 281474976710656 || isNaN(data44)){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/3/properties/warmup/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data44 < 0 || isNaN(data44)){
validate17.errors = [{instancePath:instancePath+"/schedule/warmup",schemaPath:"#/definitions/schedule/oneOf/3/properties/warmup/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid23 = _errs110 === errors;
}
else {
var valid23 = true;
}
if(valid23){
if(data27.start !== undefined){
let data45 = data27.start;
const _errs112 = errors;
if(errors === _errs112){
if((typeof data45 == "number") && (isFinite(data45))){
if(data45 > 1 || isNaN(data45)){
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/3/properties/start/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1"}];
return false;
}
else {
if(data45 < 0 || isNaN(data45)){
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/3/properties/start/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule/start",schemaPath:"#/definitions/schedule/oneOf/3/properties/start/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid23 = _errs112 === errors;
}
else {
var valid23 = true;
}
}
}
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag1},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag1},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate17.errors = [{instancePath:instancePath+"/schedule",schemaPath:"#/definitions/schedule/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs65 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
else {
validate17.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate17.errors = vErrors;
return errors === 0;
}

const schema25 = {"type":"object","properties":{"kernels":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"source":{"type":"string","minLength":1,"maxLength":1000000},"access":{"type":"array","items":{"enum":["read","read_write"]},"maxItems":1000}},"required":["name","source","access"],"additionalProperties":false}},"weights":{"type":"array","items":{"type":"object","properties":{"parameter":{"type":"integer","minimum":0,"maximum":1000000},"transposed":{"type":"boolean"}},"required":["parameter","transposed"],"additionalProperties":false}},"entries":{"type":"object","propertyNames":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"additionalProperties":{"$ref":"#/definitions/deviceEntry"}},"limits":{"type":"object","properties":{"maxStorageBuffersPerShaderStage":{"type":"integer","minimum":0,"maximum":1000},"maxComputeInvocationsPerWorkgroup":{"type":"integer","minimum":1,"maximum":65536},"maxComputeWorkgroupStorageSize":{"type":"integer","minimum":0,"maximum":16777216}},"required":["maxStorageBuffersPerShaderStage","maxComputeInvocationsPerWorkgroup","maxComputeWorkgroupStorageSize"],"additionalProperties":false},"features":{"type":"array","items":{"enum":["shader-f16"]},"minItems":1,"maxItems":1}},"required":["kernels","weights","entries","limits"],"additionalProperties":false};
const schema26 = {"type":"object","properties":{"arenas":{"type":"integer","minimum":0,"maximum":64},"slots":{"type":"array","items":{"type":"object","properties":{"arena":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"}},"required":["arena","bytes"],"additionalProperties":false}},"buffers":{"type":"array","items":{"type":"object","properties":{"slot":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"},"first":{"type":"integer","minimum":0,"maximum":1000000},"last":{"type":"integer","minimum":0,"maximum":1000000}},"required":["slot","bytes","first","last"],"additionalProperties":false}},"dispatches":{"type":"array","items":{"$ref":"#/definitions/dispatch"}},"recomputed":{"type":"array","items":{"type":"string","maxLength":1000}}},"required":["arenas","slots","buffers","dispatches"],"additionalProperties":false};
const schema27 = {"type":"array","items":{"type":"object","properties":{"times":{"type":"integer","minimum":1,"maximum":281474976710656},"of":{"type":"array","items":{"enum":["B","T","N","S","C","E","M"]},"maxItems":8}},"required":["times","of"],"additionalProperties":false},"minItems":1,"maxItems":32};
const schema29 = {"type":"object","properties":{"kernel":{"type":"integer","minimum":0,"maximum":1000000},"grid":{"type":"array","items":{"type":"object","properties":{"size":{"type":"array","items":{"type":"object","properties":{"times":{"type":"integer","minimum":1,"maximum":281474976710656},"of":{"type":"array","items":{"enum":["B","T","N","S","C","E","M"]},"maxItems":8}},"required":["times","of"],"additionalProperties":false},"minItems":1,"maxItems":32},"per":{"type":"integer","minimum":1,"maximum":2147483647}},"required":["size","per"],"additionalProperties":false},"minItems":3,"maxItems":3},"bindings":{"type":"array","items":{"$ref":"#/definitions/binding"},"maxItems":1000},"label":{"type":"string","maxLength":1000}},"required":["kernel","grid","bindings","label"],"additionalProperties":false};
const schema30 = {"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"input"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"output"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"weight"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"constant"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"state"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"buffer"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false}]};

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.kernel === undefined) && (missing0 = "kernel")) || ((data.grid === undefined) && (missing0 = "grid"))) || ((data.bindings === undefined) && (missing0 = "bindings"))) || ((data.label === undefined) && (missing0 = "label"))){
validate21.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "kernel") || (key0 === "grid")) || (key0 === "bindings")) || (key0 === "label"))){
validate21.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.kernel !== undefined){
let data0 = data.kernel;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate21.errors = [{instancePath:instancePath+"/kernel",schemaPath:"#/properties/kernel/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 1000000 || isNaN(data0)){
validate21.errors = [{instancePath:instancePath+"/kernel",schemaPath:"#/properties/kernel/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate21.errors = [{instancePath:instancePath+"/kernel",schemaPath:"#/properties/kernel/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.grid !== undefined){
let data1 = data.grid;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
if(data1.length > 3){
validate21.errors = [{instancePath:instancePath+"/grid",schemaPath:"#/properties/grid/maxItems",keyword:"maxItems",params:{limit: 3},message:"must NOT have more than 3 items"}];
return false;
}
else {
if(data1.length < 3){
validate21.errors = [{instancePath:instancePath+"/grid",schemaPath:"#/properties/grid/minItems",keyword:"minItems",params:{limit: 3},message:"must NOT have fewer than 3 items"}];
return false;
}
else {
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if(((data2.size === undefined) && (missing1 = "size")) || ((data2.per === undefined) && (missing1 = "per"))){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0,schemaPath:"#/properties/grid/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data2){
if(!((key1 === "size") || (key1 === "per"))){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0,schemaPath:"#/properties/grid/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.size !== undefined){
let data3 = data2.size;
const _errs9 = errors;
if(errors === _errs9){
if(Array.isArray(data3)){
if(data3.length > 32){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size",schemaPath:"#/properties/grid/items/properties/size/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"}];
return false;
}
else {
if(data3.length < 1){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size",schemaPath:"#/properties/grid/items/properties/size/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid3 = true;
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
let data4 = data3[i1];
const _errs11 = errors;
if(errors === _errs11){
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
let missing2;
if(((data4.times === undefined) && (missing2 = "times")) || ((data4.of === undefined) && (missing2 = "of"))){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1,schemaPath:"#/properties/grid/items/properties/size/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs13 = errors;
for(const key2 in data4){
if(!((key2 === "times") || (key2 === "of"))){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1,schemaPath:"#/properties/grid/items/properties/size/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs13 === errors){
if(data4.times !== undefined){
let data5 = data4.times;
const _errs14 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/times",schemaPath:"#/properties/grid/items/properties/size/items/properties/times/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs14){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 281474976710656 || isNaN(data5)){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/times",schemaPath:"#/properties/grid/items/properties/size/items/properties/times/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data5 < 1 || isNaN(data5)){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/times",schemaPath:"#/properties/grid/items/properties/size/items/properties/times/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid4 = _errs14 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data4.of !== undefined){
let data6 = data4.of;
const _errs16 = errors;
if(errors === _errs16){
if(Array.isArray(data6)){
if(data6.length > 8){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/of",schemaPath:"#/properties/grid/items/properties/size/items/properties/of/maxItems",keyword:"maxItems",params:{limit: 8},message:"must NOT have more than 8 items"}];
return false;
}
else {
var valid5 = true;
const len2 = data6.length;
for(let i2=0; i2<len2; i2++){
let data7 = data6[i2];
const _errs18 = errors;
if(!(((((((data7 === "B") || (data7 === "T")) || (data7 === "N")) || (data7 === "S")) || (data7 === "C")) || (data7 === "E")) || (data7 === "M"))){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/of/" + i2,schemaPath:"#/properties/grid/items/properties/size/items/properties/of/items/enum",keyword:"enum",params:{allowedValues: schema29.properties.grid.items.properties.size.items.properties.of.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid5 = _errs18 === errors;
if(!valid5){
break;
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/of",schemaPath:"#/properties/grid/items/properties/size/items/properties/of/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid4 = _errs16 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1,schemaPath:"#/properties/grid/items/properties/size/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid3 = _errs11 === errors;
if(!valid3){
break;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/size",schemaPath:"#/properties/grid/items/properties/size/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.per !== undefined){
let data8 = data2.per;
const _errs19 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/per",schemaPath:"#/properties/grid/items/properties/per/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs19){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 2147483647 || isNaN(data8)){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/per",schemaPath:"#/properties/grid/items/properties/per/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data8 < 1 || isNaN(data8)){
validate21.errors = [{instancePath:instancePath+"/grid/" + i0+"/per",schemaPath:"#/properties/grid/items/properties/per/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid2 = _errs19 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/grid/" + i0,schemaPath:"#/properties/grid/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/grid",schemaPath:"#/properties/grid/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bindings !== undefined){
let data9 = data.bindings;
const _errs21 = errors;
if(errors === _errs21){
if(Array.isArray(data9)){
if(data9.length > 1000){
validate21.errors = [{instancePath:instancePath+"/bindings",schemaPath:"#/properties/bindings/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items"}];
return false;
}
else {
var valid6 = true;
const len3 = data9.length;
for(let i3=0; i3<len3; i3++){
let data10 = data9[i3];
const _errs23 = errors;
const _errs24 = errors;
if(errors === _errs24){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing3;
if((data10.kind === undefined) && (missing3 = "kind")){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const tag0 = data10.kind;
if(typeof tag0 == "string"){
if(tag0 === "input"){
const _errs27 = errors;
if(errors === _errs27){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing4;
if(((data10.kind === undefined) && (missing4 = "kind")) || ((data10.index === undefined) && (missing4 = "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/0/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs29 = errors;
for(const key3 in data10){
if(!((key3 === "kind") || (key3 === "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs29 === errors){
if(data10.kind !== undefined){
const _errs30 = errors;
if("input" !== data10.kind){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "input"},message:"must be equal to constant"}];
return false;
}
var valid10 = _errs30 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data10.index !== undefined){
let data12 = data10.index;
const _errs31 = errors;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/0/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs31){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 1000000 || isNaN(data12)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/0/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data12 < 0 || isNaN(data12)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/0/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid10 = _errs31 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "output"){
const _errs33 = errors;
if(errors === _errs33){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing5;
if(((data10.kind === undefined) && (missing5 = "kind")) || ((data10.index === undefined) && (missing5 = "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/1/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs35 = errors;
for(const key4 in data10){
if(!((key4 === "kind") || (key4 === "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs35 === errors){
if(data10.kind !== undefined){
const _errs36 = errors;
if("output" !== data10.kind){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "output"},message:"must be equal to constant"}];
return false;
}
var valid12 = _errs36 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data10.index !== undefined){
let data14 = data10.index;
const _errs37 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/1/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs37){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 1000000 || isNaN(data14)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/1/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data14 < 0 || isNaN(data14)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/1/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid12 = _errs37 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "weight"){
const _errs39 = errors;
if(errors === _errs39){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing6;
if(((data10.kind === undefined) && (missing6 = "kind")) || ((data10.index === undefined) && (missing6 = "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/2/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const _errs41 = errors;
for(const key5 in data10){
if(!((key5 === "kind") || (key5 === "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs41 === errors){
if(data10.kind !== undefined){
const _errs42 = errors;
if("weight" !== data10.kind){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "weight"},message:"must be equal to constant"}];
return false;
}
var valid14 = _errs42 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data10.index !== undefined){
let data16 = data10.index;
const _errs43 = errors;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/2/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs43){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 1000000 || isNaN(data16)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/2/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data16 < 0 || isNaN(data16)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/2/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid14 = _errs43 === errors;
}
else {
var valid14 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "constant"){
const _errs45 = errors;
if(errors === _errs45){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing7;
if(((data10.kind === undefined) && (missing7 = "kind")) || ((data10.index === undefined) && (missing7 = "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/3/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'"}];
return false;
}
else {
const _errs47 = errors;
for(const key6 in data10){
if(!((key6 === "kind") || (key6 === "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs47 === errors){
if(data10.kind !== undefined){
const _errs48 = errors;
if("constant" !== data10.kind){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "constant"},message:"must be equal to constant"}];
return false;
}
var valid16 = _errs48 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data10.index !== undefined){
let data18 = data10.index;
const _errs49 = errors;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/3/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs49){
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 1000000 || isNaN(data18)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/3/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data18 < 0 || isNaN(data18)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/3/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid16 = _errs49 === errors;
}
else {
var valid16 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "state"){
const _errs51 = errors;
if(errors === _errs51){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing8;
if(((data10.kind === undefined) && (missing8 = "kind")) || ((data10.index === undefined) && (missing8 = "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/4/required",keyword:"required",params:{missingProperty: missing8},message:"must have required property '"+missing8+"'"}];
return false;
}
else {
const _errs53 = errors;
for(const key7 in data10){
if(!((key7 === "kind") || (key7 === "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs53 === errors){
if(data10.kind !== undefined){
const _errs54 = errors;
if("state" !== data10.kind){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/4/properties/kind/const",keyword:"const",params:{allowedValue: "state"},message:"must be equal to constant"}];
return false;
}
var valid18 = _errs54 === errors;
}
else {
var valid18 = true;
}
if(valid18){
if(data10.index !== undefined){
let data20 = data10.index;
const _errs55 = errors;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/4/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs55){
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 > 1000000 || isNaN(data20)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/4/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data20 < 0 || isNaN(data20)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/4/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid18 = _errs55 === errors;
}
else {
var valid18 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/4/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "buffer"){
const _errs57 = errors;
if(errors === _errs57){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing9;
if(((data10.kind === undefined) && (missing9 = "kind")) || ((data10.index === undefined) && (missing9 = "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/5/required",keyword:"required",params:{missingProperty: missing9},message:"must have required property '"+missing9+"'"}];
return false;
}
else {
const _errs59 = errors;
for(const key8 in data10){
if(!((key8 === "kind") || (key8 === "index"))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/5/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs59 === errors){
if(data10.kind !== undefined){
const _errs60 = errors;
if("buffer" !== data10.kind){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/5/properties/kind/const",keyword:"const",params:{allowedValue: "buffer"},message:"must be equal to constant"}];
return false;
}
var valid20 = _errs60 === errors;
}
else {
var valid20 = true;
}
if(valid20){
if(data10.index !== undefined){
let data22 = data10.index;
const _errs61 = errors;
if(!(((typeof data22 == "number") && (!(data22 % 1) && !isNaN(data22))) && (isFinite(data22)))){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/5/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs61){
if((typeof data22 == "number") && (isFinite(data22))){
if(data22 > 1000000 || isNaN(data22)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/5/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data22 < 0 || isNaN(data22)){
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/5/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid20 = _errs61 === errors;
}
else {
var valid20 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/5/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid6 = _errs23 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/bindings",schemaPath:"#/properties/bindings/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs21 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.label !== undefined){
let data23 = data.label;
const _errs63 = errors;
if(errors === _errs63){
if(typeof data23 === "string"){
if(data23.length > 1000){
validate21.errors = [{instancePath:instancePath+"/label",schemaPath:"#/properties/label/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"}];
return false;
}
}
else {
validate21.errors = [{instancePath:instancePath+"/label",schemaPath:"#/properties/label/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs63 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate21.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.arenas === undefined) && (missing0 = "arenas")) || ((data.slots === undefined) && (missing0 = "slots"))) || ((data.buffers === undefined) && (missing0 = "buffers"))) || ((data.dispatches === undefined) && (missing0 = "dispatches"))){
validate20.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "arenas") || (key0 === "slots")) || (key0 === "buffers")) || (key0 === "dispatches")) || (key0 === "recomputed"))){
validate20.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.arenas !== undefined){
let data0 = data.arenas;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate20.errors = [{instancePath:instancePath+"/arenas",schemaPath:"#/properties/arenas/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 64 || isNaN(data0)){
validate20.errors = [{instancePath:instancePath+"/arenas",schemaPath:"#/properties/arenas/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64},message:"must be <= 64"}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate20.errors = [{instancePath:instancePath+"/arenas",schemaPath:"#/properties/arenas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.slots !== undefined){
let data1 = data.slots;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if(((data2.arena === undefined) && (missing1 = "arena")) || ((data2.bytes === undefined) && (missing1 = "bytes"))){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0,schemaPath:"#/properties/slots/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data2){
if(!((key1 === "arena") || (key1 === "bytes"))){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0,schemaPath:"#/properties/slots/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.arena !== undefined){
let data3 = data2.arena;
const _errs9 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/arena",schemaPath:"#/properties/slots/items/properties/arena/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs9){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 1000000 || isNaN(data3)){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/arena",schemaPath:"#/properties/slots/items/properties/arena/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/arena",schemaPath:"#/properties/slots/items/properties/arena/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.bytes !== undefined){
let data4 = data2.bytes;
const _errs11 = errors;
const _errs12 = errors;
if(errors === _errs12){
if(Array.isArray(data4)){
if(data4.length > 32){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes",schemaPath:"#/definitions/size/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"}];
return false;
}
else {
if(data4.length < 1){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes",schemaPath:"#/definitions/size/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid4 = true;
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
const _errs14 = errors;
if(errors === _errs14){
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
let missing2;
if(((data5.times === undefined) && (missing2 = "times")) || ((data5.of === undefined) && (missing2 = "of"))){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1,schemaPath:"#/definitions/size/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs16 = errors;
for(const key2 in data5){
if(!((key2 === "times") || (key2 === "of"))){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1,schemaPath:"#/definitions/size/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs16 === errors){
if(data5.times !== undefined){
let data6 = data5.times;
const _errs17 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/times",schemaPath:"#/definitions/size/items/properties/times/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs17){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 281474976710656 || isNaN(data6)){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/times",schemaPath:"#/definitions/size/items/properties/times/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data6 < 1 || isNaN(data6)){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/times",schemaPath:"#/definitions/size/items/properties/times/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid5 = _errs17 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data5.of !== undefined){
let data7 = data5.of;
const _errs19 = errors;
if(errors === _errs19){
if(Array.isArray(data7)){
if(data7.length > 8){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/of",schemaPath:"#/definitions/size/items/properties/of/maxItems",keyword:"maxItems",params:{limit: 8},message:"must NOT have more than 8 items"}];
return false;
}
else {
var valid6 = true;
const len2 = data7.length;
for(let i2=0; i2<len2; i2++){
let data8 = data7[i2];
const _errs21 = errors;
if(!(((((((data8 === "B") || (data8 === "T")) || (data8 === "N")) || (data8 === "S")) || (data8 === "C")) || (data8 === "E")) || (data8 === "M"))){
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/of/" + i2,schemaPath:"#/definitions/size/items/properties/of/items/enum",keyword:"enum",params:{allowedValues: schema27.items.properties.of.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid6 = _errs21 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/of",schemaPath:"#/definitions/size/items/properties/of/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid5 = _errs19 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1,schemaPath:"#/definitions/size/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid4 = _errs14 === errors;
if(!valid4){
break;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/slots/" + i0,schemaPath:"#/properties/slots/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/slots",schemaPath:"#/properties/slots/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.buffers !== undefined){
let data9 = data.buffers;
const _errs22 = errors;
if(errors === _errs22){
if(Array.isArray(data9)){
var valid7 = true;
const len3 = data9.length;
for(let i3=0; i3<len3; i3++){
let data10 = data9[i3];
const _errs24 = errors;
if(errors === _errs24){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing3;
if(((((data10.slot === undefined) && (missing3 = "slot")) || ((data10.bytes === undefined) && (missing3 = "bytes"))) || ((data10.first === undefined) && (missing3 = "first"))) || ((data10.last === undefined) && (missing3 = "last"))){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3,schemaPath:"#/properties/buffers/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs26 = errors;
for(const key3 in data10){
if(!((((key3 === "slot") || (key3 === "bytes")) || (key3 === "first")) || (key3 === "last"))){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3,schemaPath:"#/properties/buffers/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs26 === errors){
if(data10.slot !== undefined){
let data11 = data10.slot;
const _errs27 = errors;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/slot",schemaPath:"#/properties/buffers/items/properties/slot/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs27){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 1000000 || isNaN(data11)){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/slot",schemaPath:"#/properties/buffers/items/properties/slot/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data11 < 0 || isNaN(data11)){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/slot",schemaPath:"#/properties/buffers/items/properties/slot/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs27 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data10.bytes !== undefined){
let data12 = data10.bytes;
const _errs29 = errors;
const _errs30 = errors;
if(errors === _errs30){
if(Array.isArray(data12)){
if(data12.length > 32){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes",schemaPath:"#/definitions/size/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"}];
return false;
}
else {
if(data12.length < 1){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes",schemaPath:"#/definitions/size/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid10 = true;
const len4 = data12.length;
for(let i4=0; i4<len4; i4++){
let data13 = data12[i4];
const _errs32 = errors;
if(errors === _errs32){
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
let missing4;
if(((data13.times === undefined) && (missing4 = "times")) || ((data13.of === undefined) && (missing4 = "of"))){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4,schemaPath:"#/definitions/size/items/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs34 = errors;
for(const key4 in data13){
if(!((key4 === "times") || (key4 === "of"))){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4,schemaPath:"#/definitions/size/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs34 === errors){
if(data13.times !== undefined){
let data14 = data13.times;
const _errs35 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/times",schemaPath:"#/definitions/size/items/properties/times/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs35){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 281474976710656 || isNaN(data14)){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/times",schemaPath:"#/definitions/size/items/properties/times/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data14 < 1 || isNaN(data14)){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/times",schemaPath:"#/definitions/size/items/properties/times/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid11 = _errs35 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data13.of !== undefined){
let data15 = data13.of;
const _errs37 = errors;
if(errors === _errs37){
if(Array.isArray(data15)){
if(data15.length > 8){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/of",schemaPath:"#/definitions/size/items/properties/of/maxItems",keyword:"maxItems",params:{limit: 8},message:"must NOT have more than 8 items"}];
return false;
}
else {
var valid12 = true;
const len5 = data15.length;
for(let i5=0; i5<len5; i5++){
let data16 = data15[i5];
const _errs39 = errors;
if(!(((((((data16 === "B") || (data16 === "T")) || (data16 === "N")) || (data16 === "S")) || (data16 === "C")) || (data16 === "E")) || (data16 === "M"))){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/of/" + i5,schemaPath:"#/definitions/size/items/properties/of/items/enum",keyword:"enum",params:{allowedValues: schema27.items.properties.of.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid12 = _errs39 === errors;
if(!valid12){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/of",schemaPath:"#/definitions/size/items/properties/of/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid11 = _errs37 === errors;
}
else {
var valid11 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4,schemaPath:"#/definitions/size/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid10 = _errs32 === errors;
if(!valid10){
break;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid8 = _errs29 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data10.first !== undefined){
let data17 = data10.first;
const _errs40 = errors;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/first",schemaPath:"#/properties/buffers/items/properties/first/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs40){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 1000000 || isNaN(data17)){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/first",schemaPath:"#/properties/buffers/items/properties/first/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data17 < 0 || isNaN(data17)){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/first",schemaPath:"#/properties/buffers/items/properties/first/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs40 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data10.last !== undefined){
let data18 = data10.last;
const _errs42 = errors;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/last",schemaPath:"#/properties/buffers/items/properties/last/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs42){
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 1000000 || isNaN(data18)){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/last",schemaPath:"#/properties/buffers/items/properties/last/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data18 < 0 || isNaN(data18)){
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3+"/last",schemaPath:"#/properties/buffers/items/properties/last/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs42 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/buffers/" + i3,schemaPath:"#/properties/buffers/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid7 = _errs24 === errors;
if(!valid7){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/buffers",schemaPath:"#/properties/buffers/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dispatches !== undefined){
let data19 = data.dispatches;
const _errs44 = errors;
if(errors === _errs44){
if(Array.isArray(data19)){
var valid13 = true;
const len6 = data19.length;
for(let i6=0; i6<len6; i6++){
const _errs46 = errors;
if(!(validate21(data19[i6], {instancePath:instancePath+"/dispatches/" + i6,parentData:data19,parentDataProperty:i6,rootData}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
var valid13 = _errs46 === errors;
if(!valid13){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/dispatches",schemaPath:"#/properties/dispatches/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs44 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.recomputed !== undefined){
let data21 = data.recomputed;
const _errs47 = errors;
if(errors === _errs47){
if(Array.isArray(data21)){
var valid14 = true;
const len7 = data21.length;
for(let i7=0; i7<len7; i7++){
let data22 = data21[i7];
const _errs49 = errors;
if(errors === _errs49){
if(typeof data22 === "string"){
if(data22.length > 1000){
validate20.errors = [{instancePath:instancePath+"/recomputed/" + i7,schemaPath:"#/properties/recomputed/items/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/recomputed/" + i7,schemaPath:"#/properties/recomputed/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid14 = _errs49 === errors;
if(!valid14){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/recomputed",schemaPath:"#/properties/recomputed/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs47 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate20.errors = vErrors;
return errors === 0;
}


function validate19(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.kernels === undefined) && (missing0 = "kernels")) || ((data.weights === undefined) && (missing0 = "weights"))) || ((data.entries === undefined) && (missing0 = "entries"))) || ((data.limits === undefined) && (missing0 = "limits"))){
validate19.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "kernels") || (key0 === "weights")) || (key0 === "entries")) || (key0 === "limits")) || (key0 === "features"))){
validate19.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.kernels !== undefined){
let data0 = data.kernels;
const _errs2 = errors;
if(errors === _errs2){
if(Array.isArray(data0)){
var valid1 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
const _errs4 = errors;
if(errors === _errs4){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing1;
if((((data1.name === undefined) && (missing1 = "name")) || ((data1.source === undefined) && (missing1 = "source"))) || ((data1.access === undefined) && (missing1 = "access"))){
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0,schemaPath:"#/properties/kernels/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs6 = errors;
for(const key1 in data1){
if(!(((key1 === "name") || (key1 === "source")) || (key1 === "access"))){
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0,schemaPath:"#/properties/kernels/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs6 === errors){
if(data1.name !== undefined){
let data2 = data1.name;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data2 === "string"){
if(data2.length > 500){
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0+"/name",schemaPath:"#/properties/kernels/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data2)){
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0+"/name",schemaPath:"#/properties/kernels/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0+"/name",schemaPath:"#/properties/kernels/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid2 = _errs7 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data1.source !== undefined){
let data3 = data1.source;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data3 === "string"){
if(data3.length > 1000000){
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0+"/source",schemaPath:"#/properties/kernels/items/properties/source/maxLength",keyword:"maxLength",params:{limit: 1000000},message:"must NOT have more than 1000000 characters"}];
return false;
}
else {
if(data3.length < 1){
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0+"/source",schemaPath:"#/properties/kernels/items/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
}
else {
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0+"/source",schemaPath:"#/properties/kernels/items/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data1.access !== undefined){
let data4 = data1.access;
const _errs11 = errors;
if(errors === _errs11){
if(Array.isArray(data4)){
if(data4.length > 1000){
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0+"/access",schemaPath:"#/properties/kernels/items/properties/access/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items"}];
return false;
}
else {
var valid3 = true;
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
const _errs13 = errors;
if(!((data5 === "read") || (data5 === "read_write"))){
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0+"/access/" + i1,schemaPath:"#/properties/kernels/items/properties/access/items/enum",keyword:"enum",params:{allowedValues: schema25.properties.kernels.items.properties.access.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid3 = _errs13 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0+"/access",schemaPath:"#/properties/kernels/items/properties/access/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
else {
validate19.errors = [{instancePath:instancePath+"/kernels/" + i0,schemaPath:"#/properties/kernels/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs4 === errors;
if(!valid1){
break;
}
}
}
else {
validate19.errors = [{instancePath:instancePath+"/kernels",schemaPath:"#/properties/kernels/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.weights !== undefined){
let data6 = data.weights;
const _errs14 = errors;
if(errors === _errs14){
if(Array.isArray(data6)){
var valid4 = true;
const len2 = data6.length;
for(let i2=0; i2<len2; i2++){
let data7 = data6[i2];
const _errs16 = errors;
if(errors === _errs16){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
let missing2;
if(((data7.parameter === undefined) && (missing2 = "parameter")) || ((data7.transposed === undefined) && (missing2 = "transposed"))){
validate19.errors = [{instancePath:instancePath+"/weights/" + i2,schemaPath:"#/properties/weights/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs18 = errors;
for(const key2 in data7){
if(!((key2 === "parameter") || (key2 === "transposed"))){
validate19.errors = [{instancePath:instancePath+"/weights/" + i2,schemaPath:"#/properties/weights/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs18 === errors){
if(data7.parameter !== undefined){
let data8 = data7.parameter;
const _errs19 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate19.errors = [{instancePath:instancePath+"/weights/" + i2+"/parameter",schemaPath:"#/properties/weights/items/properties/parameter/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs19){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1000000 || isNaN(data8)){
validate19.errors = [{instancePath:instancePath+"/weights/" + i2+"/parameter",schemaPath:"#/properties/weights/items/properties/parameter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data8 < 0 || isNaN(data8)){
validate19.errors = [{instancePath:instancePath+"/weights/" + i2+"/parameter",schemaPath:"#/properties/weights/items/properties/parameter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid5 = _errs19 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data7.transposed !== undefined){
const _errs21 = errors;
if(typeof data7.transposed !== "boolean"){
validate19.errors = [{instancePath:instancePath+"/weights/" + i2+"/transposed",schemaPath:"#/properties/weights/items/properties/transposed/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid5 = _errs21 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
validate19.errors = [{instancePath:instancePath+"/weights/" + i2,schemaPath:"#/properties/weights/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid4 = _errs16 === errors;
if(!valid4){
break;
}
}
}
else {
validate19.errors = [{instancePath:instancePath+"/weights",schemaPath:"#/properties/weights/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.entries !== undefined){
let data10 = data.entries;
const _errs23 = errors;
if(errors === _errs23){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key3 in data10){
const _errs25 = errors;
if(errors === _errs25){
if(typeof key3 === "string"){
if(key3.length > 100){
const err0 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",propertyName:key3};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(!pattern7.test(key3)){
const err1 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_]*$"},message:"must match pattern \""+"^[a-z][a-z0-9_]*$"+"\"",propertyName:key3};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/type",keyword:"type",params:{type: "string"},message:"must be string",propertyName:key3};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var valid6 = _errs25 === errors;
if(!valid6){
const err3 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames",keyword:"propertyNames",params:{propertyName: key3},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate19.errors = vErrors;
return false;
break;
}
}
if(valid6){
for(const key4 in data10){
const _errs28 = errors;
if(!(validate20(data10[key4], {instancePath:instancePath+"/entries/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data10,parentDataProperty:key4,rootData}))){
vErrors = vErrors === null ? validate20.errors : vErrors.concat(validate20.errors);
errors = vErrors.length;
}
var valid7 = _errs28 === errors;
if(!valid7){
break;
}
}
}
}
else {
validate19.errors = [{instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs23 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.limits !== undefined){
let data12 = data.limits;
const _errs29 = errors;
if(errors === _errs29){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing3;
if((((data12.maxStorageBuffersPerShaderStage === undefined) && (missing3 = "maxStorageBuffersPerShaderStage")) || ((data12.maxComputeInvocationsPerWorkgroup === undefined) && (missing3 = "maxComputeInvocationsPerWorkgroup"))) || ((data12.maxComputeWorkgroupStorageSize === undefined) && (missing3 = "maxComputeWorkgroupStorageSize"))){
validate19.errors = [{instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs31 = errors;
for(const key5 in data12){
if(!(((key5 === "maxStorageBuffersPerShaderStage") || (key5 === "maxComputeInvocationsPerWorkgroup")) || (key5 === "maxComputeWorkgroupStorageSize"))){
validate19.errors = [{instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs31 === errors){
if(data12.maxStorageBuffersPerShaderStage !== undefined){
let data13 = data12.maxStorageBuffersPerShaderStage;
const _errs32 = errors;
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
validate19.errors = [{instancePath:instancePath+"/limits/maxStorageBuffersPerShaderStage",schemaPath:"#/properties/limits/properties/maxStorageBuffersPerShaderStage/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs32){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 1000 || isNaN(data13)){
validate19.errors = [{instancePath:instancePath+"/limits/maxStorageBuffersPerShaderStage",schemaPath:"#/properties/limits/properties/maxStorageBuffersPerShaderStage/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"}];
return false;
}
else {
if(data13 < 0 || isNaN(data13)){
validate19.errors = [{instancePath:instancePath+"/limits/maxStorageBuffersPerShaderStage",schemaPath:"#/properties/limits/properties/maxStorageBuffersPerShaderStage/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs32 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data12.maxComputeInvocationsPerWorkgroup !== undefined){
let data14 = data12.maxComputeInvocationsPerWorkgroup;
const _errs34 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate19.errors = [{instancePath:instancePath+"/limits/maxComputeInvocationsPerWorkgroup",schemaPath:"#/properties/limits/properties/maxComputeInvocationsPerWorkgroup/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs34){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 65536 || isNaN(data14)){
validate19.errors = [{instancePath:instancePath+"/limits/maxComputeInvocationsPerWorkgroup",schemaPath:"#/properties/limits/properties/maxComputeInvocationsPerWorkgroup/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65536},message:"must be <= 65536"}];
return false;
}
else {
if(data14 < 1 || isNaN(data14)){
validate19.errors = [{instancePath:instancePath+"/limits/maxComputeInvocationsPerWorkgroup",schemaPath:"#/properties/limits/properties/maxComputeInvocationsPerWorkgroup/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid8 = _errs34 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data12.maxComputeWorkgroupStorageSize !== undefined){
let data15 = data12.maxComputeWorkgroupStorageSize;
const _errs36 = errors;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
validate19.errors = [{instancePath:instancePath+"/limits/maxComputeWorkgroupStorageSize",schemaPath:"#/properties/limits/properties/maxComputeWorkgroupStorageSize/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs36){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 16777216 || isNaN(data15)){
validate19.errors = [{instancePath:instancePath+"/limits/maxComputeWorkgroupStorageSize",schemaPath:"#/properties/limits/properties/maxComputeWorkgroupStorageSize/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16777216},message:"must be <= 16777216"}];
return false;
}
else {
if(data15 < 0 || isNaN(data15)){
validate19.errors = [{instancePath:instancePath+"/limits/maxComputeWorkgroupStorageSize",schemaPath:"#/properties/limits/properties/maxComputeWorkgroupStorageSize/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs36 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
}
else {
validate19.errors = [{instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs29 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.features !== undefined){
let data16 = data.features;
const _errs38 = errors;
if(errors === _errs38){
if(Array.isArray(data16)){
if(data16.length > 1){
validate19.errors = [{instancePath:instancePath+"/features",schemaPath:"#/properties/features/maxItems",keyword:"maxItems",params:{limit: 1},message:"must NOT have more than 1 items"}];
return false;
}
else {
if(data16.length < 1){
validate19.errors = [{instancePath:instancePath+"/features",schemaPath:"#/properties/features/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid9 = true;
const len3 = data16.length;
for(let i3=0; i3<len3; i3++){
const _errs40 = errors;
if(!(data16[i3] === "shader-f16")){
validate19.errors = [{instancePath:instancePath+"/features/" + i3,schemaPath:"#/properties/features/items/enum",keyword:"enum",params:{allowedValues: schema25.properties.features.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid9 = _errs40 === errors;
if(!valid9){
break;
}
}
}
}
}
else {
validate19.errors = [{instancePath:instancePath+"/features",schemaPath:"#/properties/features/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs38 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate19.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate19.errors = vErrors;
return errors === 0;
}

const schema31 = {"type":"object","properties":{"precision":{"enum":["float32","float16","bfloat16"]},"header":{"type":"string","minLength":1,"maxLength":1000000},"kernels":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","maxLength":500},"source":{"type":"string","minLength":1,"maxLength":1000000},"threads":{"type":"integer","minimum":1,"maximum":1024},"arguments":{"type":"integer","minimum":1,"maximum":256},"access":{"type":"array","items":{"enum":["read","read_write"]},"maxItems":1000}},"required":["name","source","threads","access"],"additionalProperties":false}},"weights":{"type":"array","items":{"type":"object","properties":{"parameter":{"type":"integer","minimum":0,"maximum":1000000},"transposed":{"type":"boolean"},"narrow":{"enum":["f16","bf16"]}},"required":["parameter","transposed"],"additionalProperties":false}},"entries":{"type":"object","propertyNames":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"additionalProperties":{"$ref":"#/definitions/cudaEntry"}}},"required":["precision","header","kernels","weights","entries"],"additionalProperties":false};
const pattern16 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*$", "u");
const schema32 = {"type":"object","properties":{"arenas":{"type":"integer","minimum":0,"maximum":64},"slots":{"type":"array","items":{"type":"object","properties":{"arena":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"}},"required":["arena","bytes"],"additionalProperties":false}},"buffers":{"type":"array","items":{"type":"object","properties":{"slot":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"},"first":{"type":"integer","minimum":0,"maximum":1000000},"last":{"type":"integer","minimum":0,"maximum":1000000}},"required":["slot","bytes","first","last"],"additionalProperties":false}},"dispatches":{"type":"array","items":{"$ref":"#/definitions/cudaDispatch"}},"recomputed":{"type":"array","items":{"type":"string","maxLength":1000}},"persistent":{"$ref":"#/definitions/persistent"},"sums":{"type":"array","items":{"$ref":"#/definitions/rankSum"},"minItems":1},"products":{"type":"array","items":{"$ref":"#/definitions/product"},"minItems":1}},"required":["arenas","slots","buffers","dispatches"],"additionalProperties":false};
const schema37 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","maxLength":500},"source":{"type":"string","minLength":1,"maxLength":1000000},"kernels":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000},"minItems":1},"threads":{"type":"integer","minimum":1,"maximum":1024},"bindings":{"type":"integer","minimum":1,"maximum":1000},"waits":{"type":"array","items":{"type":"boolean"}}},"required":["name","source","kernels","threads","bindings","waits"],"additionalProperties":false};
const schema35 = {"type":"object","properties":{"kernel":{"type":"integer","minimum":0,"maximum":1000000},"grid":{"type":"array","items":{"type":"object","properties":{"size":{"type":"array","items":{"type":"object","properties":{"times":{"type":"integer","minimum":1,"maximum":281474976710656},"of":{"type":"array","items":{"enum":["B","T","N","S","C","E","M"]},"maxItems":8}},"required":["times","of"],"additionalProperties":false},"minItems":1,"maxItems":32},"per":{"type":"integer","minimum":1,"maximum":2147483647}},"required":["size","per"],"additionalProperties":false},"minItems":3,"maxItems":3},"bindings":{"type":"array","items":{"$ref":"#/definitions/binding"},"maxItems":1000},"label":{"type":"string","maxLength":1000},"arguments":{"type":"array","items":{"type":"integer","minimum":0,"maximum":4294967295},"minItems":1,"maxItems":256}},"required":["kernel","grid","bindings","label"],"additionalProperties":false};

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.kernel === undefined) && (missing0 = "kernel")) || ((data.grid === undefined) && (missing0 = "grid"))) || ((data.bindings === undefined) && (missing0 = "bindings"))) || ((data.label === undefined) && (missing0 = "label"))){
validate27.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "kernel") || (key0 === "grid")) || (key0 === "bindings")) || (key0 === "label")) || (key0 === "arguments"))){
validate27.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.kernel !== undefined){
let data0 = data.kernel;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate27.errors = [{instancePath:instancePath+"/kernel",schemaPath:"#/properties/kernel/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 1000000 || isNaN(data0)){
validate27.errors = [{instancePath:instancePath+"/kernel",schemaPath:"#/properties/kernel/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate27.errors = [{instancePath:instancePath+"/kernel",schemaPath:"#/properties/kernel/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.grid !== undefined){
let data1 = data.grid;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
if(data1.length > 3){
validate27.errors = [{instancePath:instancePath+"/grid",schemaPath:"#/properties/grid/maxItems",keyword:"maxItems",params:{limit: 3},message:"must NOT have more than 3 items"}];
return false;
}
else {
if(data1.length < 3){
validate27.errors = [{instancePath:instancePath+"/grid",schemaPath:"#/properties/grid/minItems",keyword:"minItems",params:{limit: 3},message:"must NOT have fewer than 3 items"}];
return false;
}
else {
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if(((data2.size === undefined) && (missing1 = "size")) || ((data2.per === undefined) && (missing1 = "per"))){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0,schemaPath:"#/properties/grid/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data2){
if(!((key1 === "size") || (key1 === "per"))){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0,schemaPath:"#/properties/grid/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.size !== undefined){
let data3 = data2.size;
const _errs9 = errors;
if(errors === _errs9){
if(Array.isArray(data3)){
if(data3.length > 32){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size",schemaPath:"#/properties/grid/items/properties/size/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"}];
return false;
}
else {
if(data3.length < 1){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size",schemaPath:"#/properties/grid/items/properties/size/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid3 = true;
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
let data4 = data3[i1];
const _errs11 = errors;
if(errors === _errs11){
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
let missing2;
if(((data4.times === undefined) && (missing2 = "times")) || ((data4.of === undefined) && (missing2 = "of"))){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1,schemaPath:"#/properties/grid/items/properties/size/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs13 = errors;
for(const key2 in data4){
if(!((key2 === "times") || (key2 === "of"))){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1,schemaPath:"#/properties/grid/items/properties/size/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs13 === errors){
if(data4.times !== undefined){
let data5 = data4.times;
const _errs14 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/times",schemaPath:"#/properties/grid/items/properties/size/items/properties/times/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs14){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 281474976710656 || isNaN(data5)){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/times",schemaPath:"#/properties/grid/items/properties/size/items/properties/times/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data5 < 1 || isNaN(data5)){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/times",schemaPath:"#/properties/grid/items/properties/size/items/properties/times/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid4 = _errs14 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data4.of !== undefined){
let data6 = data4.of;
const _errs16 = errors;
if(errors === _errs16){
if(Array.isArray(data6)){
if(data6.length > 8){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/of",schemaPath:"#/properties/grid/items/properties/size/items/properties/of/maxItems",keyword:"maxItems",params:{limit: 8},message:"must NOT have more than 8 items"}];
return false;
}
else {
var valid5 = true;
const len2 = data6.length;
for(let i2=0; i2<len2; i2++){
let data7 = data6[i2];
const _errs18 = errors;
if(!(((((((data7 === "B") || (data7 === "T")) || (data7 === "N")) || (data7 === "S")) || (data7 === "C")) || (data7 === "E")) || (data7 === "M"))){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/of/" + i2,schemaPath:"#/properties/grid/items/properties/size/items/properties/of/items/enum",keyword:"enum",params:{allowedValues: schema35.properties.grid.items.properties.size.items.properties.of.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid5 = _errs18 === errors;
if(!valid5){
break;
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1+"/of",schemaPath:"#/properties/grid/items/properties/size/items/properties/of/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid4 = _errs16 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size/" + i1,schemaPath:"#/properties/grid/items/properties/size/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid3 = _errs11 === errors;
if(!valid3){
break;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/size",schemaPath:"#/properties/grid/items/properties/size/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.per !== undefined){
let data8 = data2.per;
const _errs19 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/per",schemaPath:"#/properties/grid/items/properties/per/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs19){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 2147483647 || isNaN(data8)){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/per",schemaPath:"#/properties/grid/items/properties/per/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data8 < 1 || isNaN(data8)){
validate27.errors = [{instancePath:instancePath+"/grid/" + i0+"/per",schemaPath:"#/properties/grid/items/properties/per/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid2 = _errs19 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/grid/" + i0,schemaPath:"#/properties/grid/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/grid",schemaPath:"#/properties/grid/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bindings !== undefined){
let data9 = data.bindings;
const _errs21 = errors;
if(errors === _errs21){
if(Array.isArray(data9)){
if(data9.length > 1000){
validate27.errors = [{instancePath:instancePath+"/bindings",schemaPath:"#/properties/bindings/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items"}];
return false;
}
else {
var valid6 = true;
const len3 = data9.length;
for(let i3=0; i3<len3; i3++){
let data10 = data9[i3];
const _errs23 = errors;
const _errs24 = errors;
if(errors === _errs24){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing3;
if((data10.kind === undefined) && (missing3 = "kind")){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const tag0 = data10.kind;
if(typeof tag0 == "string"){
if(tag0 === "input"){
const _errs27 = errors;
if(errors === _errs27){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing4;
if(((data10.kind === undefined) && (missing4 = "kind")) || ((data10.index === undefined) && (missing4 = "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/0/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs29 = errors;
for(const key3 in data10){
if(!((key3 === "kind") || (key3 === "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs29 === errors){
if(data10.kind !== undefined){
const _errs30 = errors;
if("input" !== data10.kind){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "input"},message:"must be equal to constant"}];
return false;
}
var valid10 = _errs30 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data10.index !== undefined){
let data12 = data10.index;
const _errs31 = errors;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/0/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs31){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 1000000 || isNaN(data12)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/0/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data12 < 0 || isNaN(data12)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/0/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid10 = _errs31 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "output"){
const _errs33 = errors;
if(errors === _errs33){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing5;
if(((data10.kind === undefined) && (missing5 = "kind")) || ((data10.index === undefined) && (missing5 = "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/1/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs35 = errors;
for(const key4 in data10){
if(!((key4 === "kind") || (key4 === "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs35 === errors){
if(data10.kind !== undefined){
const _errs36 = errors;
if("output" !== data10.kind){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "output"},message:"must be equal to constant"}];
return false;
}
var valid12 = _errs36 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data10.index !== undefined){
let data14 = data10.index;
const _errs37 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/1/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs37){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 1000000 || isNaN(data14)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/1/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data14 < 0 || isNaN(data14)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/1/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid12 = _errs37 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "weight"){
const _errs39 = errors;
if(errors === _errs39){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing6;
if(((data10.kind === undefined) && (missing6 = "kind")) || ((data10.index === undefined) && (missing6 = "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/2/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const _errs41 = errors;
for(const key5 in data10){
if(!((key5 === "kind") || (key5 === "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs41 === errors){
if(data10.kind !== undefined){
const _errs42 = errors;
if("weight" !== data10.kind){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "weight"},message:"must be equal to constant"}];
return false;
}
var valid14 = _errs42 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data10.index !== undefined){
let data16 = data10.index;
const _errs43 = errors;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/2/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs43){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 1000000 || isNaN(data16)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/2/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data16 < 0 || isNaN(data16)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/2/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid14 = _errs43 === errors;
}
else {
var valid14 = true;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "constant"){
const _errs45 = errors;
if(errors === _errs45){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing7;
if(((data10.kind === undefined) && (missing7 = "kind")) || ((data10.index === undefined) && (missing7 = "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/3/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'"}];
return false;
}
else {
const _errs47 = errors;
for(const key6 in data10){
if(!((key6 === "kind") || (key6 === "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs47 === errors){
if(data10.kind !== undefined){
const _errs48 = errors;
if("constant" !== data10.kind){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "constant"},message:"must be equal to constant"}];
return false;
}
var valid16 = _errs48 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data10.index !== undefined){
let data18 = data10.index;
const _errs49 = errors;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/3/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs49){
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 1000000 || isNaN(data18)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/3/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data18 < 0 || isNaN(data18)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/3/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid16 = _errs49 === errors;
}
else {
var valid16 = true;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "state"){
const _errs51 = errors;
if(errors === _errs51){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing8;
if(((data10.kind === undefined) && (missing8 = "kind")) || ((data10.index === undefined) && (missing8 = "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/4/required",keyword:"required",params:{missingProperty: missing8},message:"must have required property '"+missing8+"'"}];
return false;
}
else {
const _errs53 = errors;
for(const key7 in data10){
if(!((key7 === "kind") || (key7 === "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs53 === errors){
if(data10.kind !== undefined){
const _errs54 = errors;
if("state" !== data10.kind){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/4/properties/kind/const",keyword:"const",params:{allowedValue: "state"},message:"must be equal to constant"}];
return false;
}
var valid18 = _errs54 === errors;
}
else {
var valid18 = true;
}
if(valid18){
if(data10.index !== undefined){
let data20 = data10.index;
const _errs55 = errors;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/4/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs55){
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 > 1000000 || isNaN(data20)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/4/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data20 < 0 || isNaN(data20)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/4/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid18 = _errs55 === errors;
}
else {
var valid18 = true;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/4/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "buffer"){
const _errs57 = errors;
if(errors === _errs57){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing9;
if(((data10.kind === undefined) && (missing9 = "kind")) || ((data10.index === undefined) && (missing9 = "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/5/required",keyword:"required",params:{missingProperty: missing9},message:"must have required property '"+missing9+"'"}];
return false;
}
else {
const _errs59 = errors;
for(const key8 in data10){
if(!((key8 === "kind") || (key8 === "index"))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/5/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs59 === errors){
if(data10.kind !== undefined){
const _errs60 = errors;
if("buffer" !== data10.kind){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/kind",schemaPath:"#/definitions/binding/oneOf/5/properties/kind/const",keyword:"const",params:{allowedValue: "buffer"},message:"must be equal to constant"}];
return false;
}
var valid20 = _errs60 === errors;
}
else {
var valid20 = true;
}
if(valid20){
if(data10.index !== undefined){
let data22 = data10.index;
const _errs61 = errors;
if(!(((typeof data22 == "number") && (!(data22 % 1) && !isNaN(data22))) && (isFinite(data22)))){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/5/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs61){
if((typeof data22 == "number") && (isFinite(data22))){
if(data22 > 1000000 || isNaN(data22)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/5/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data22 < 0 || isNaN(data22)){
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3+"/index",schemaPath:"#/definitions/binding/oneOf/5/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid20 = _errs61 === errors;
}
else {
var valid20 = true;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/oneOf/5/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/definitions/binding/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid6 = _errs23 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/bindings",schemaPath:"#/properties/bindings/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs21 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.label !== undefined){
let data23 = data.label;
const _errs63 = errors;
if(errors === _errs63){
if(typeof data23 === "string"){
if(data23.length > 1000){
validate27.errors = [{instancePath:instancePath+"/label",schemaPath:"#/properties/label/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"}];
return false;
}
}
else {
validate27.errors = [{instancePath:instancePath+"/label",schemaPath:"#/properties/label/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs63 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.arguments !== undefined){
let data24 = data.arguments;
const _errs65 = errors;
if(errors === _errs65){
if(Array.isArray(data24)){
if(data24.length > 256){
validate27.errors = [{instancePath:instancePath+"/arguments",schemaPath:"#/properties/arguments/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"}];
return false;
}
else {
if(data24.length < 1){
validate27.errors = [{instancePath:instancePath+"/arguments",schemaPath:"#/properties/arguments/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid21 = true;
const len4 = data24.length;
for(let i4=0; i4<len4; i4++){
let data25 = data24[i4];
const _errs67 = errors;
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
validate27.errors = [{instancePath:instancePath+"/arguments/" + i4,schemaPath:"#/properties/arguments/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs67){
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 > 4294967295 || isNaN(data25)){
validate27.errors = [{instancePath:instancePath+"/arguments/" + i4,schemaPath:"#/properties/arguments/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967295},message:"must be <= 4294967295"}];
return false;
}
else {
if(data25 < 0 || isNaN(data25)){
validate27.errors = [{instancePath:instancePath+"/arguments/" + i4,schemaPath:"#/properties/arguments/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid21 = _errs67 === errors;
if(!valid21){
break;
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/arguments",schemaPath:"#/properties/arguments/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs65 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate27.errors = vErrors;
return errors === 0;
}

const schema38 = {"type":"object","properties":{"binding":{"$ref":"#/definitions/binding"},"elements":{"type":"integer","minimum":1,"maximum":281474976710656},"ready":{"type":"integer","minimum":0,"maximum":1000000},"needed":{"type":"integer","minimum":0,"maximum":1000000}},"required":["binding","elements","ready","needed"],"additionalProperties":false};

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.binding === undefined) && (missing0 = "binding")) || ((data.elements === undefined) && (missing0 = "elements"))) || ((data.ready === undefined) && (missing0 = "ready"))) || ((data.needed === undefined) && (missing0 = "needed"))){
validate29.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "binding") || (key0 === "elements")) || (key0 === "ready")) || (key0 === "needed"))){
validate29.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.binding !== undefined){
let data0 = data.binding;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing1;
if((data0.kind === undefined) && (missing1 = "kind")){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const tag0 = data0.kind;
if(typeof tag0 == "string"){
if(tag0 === "input"){
const _errs6 = errors;
if(errors === _errs6){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing2;
if(((data0.kind === undefined) && (missing2 = "kind")) || ((data0.index === undefined) && (missing2 = "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/0/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data0){
if(!((key1 === "kind") || (key1 === "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data0.kind !== undefined){
const _errs9 = errors;
if("input" !== data0.kind){
validate29.errors = [{instancePath:instancePath+"/binding/kind",schemaPath:"#/definitions/binding/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "input"},message:"must be equal to constant"}];
return false;
}
var valid4 = _errs9 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data0.index !== undefined){
let data2 = data0.index;
const _errs10 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/0/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs10){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 1000000 || isNaN(data2)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/0/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data2 < 0 || isNaN(data2)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/0/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid4 = _errs10 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "output"){
const _errs12 = errors;
if(errors === _errs12){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing3;
if(((data0.kind === undefined) && (missing3 = "kind")) || ((data0.index === undefined) && (missing3 = "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/1/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs14 = errors;
for(const key2 in data0){
if(!((key2 === "kind") || (key2 === "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs14 === errors){
if(data0.kind !== undefined){
const _errs15 = errors;
if("output" !== data0.kind){
validate29.errors = [{instancePath:instancePath+"/binding/kind",schemaPath:"#/definitions/binding/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "output"},message:"must be equal to constant"}];
return false;
}
var valid6 = _errs15 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data0.index !== undefined){
let data4 = data0.index;
const _errs16 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/1/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs16){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 1000000 || isNaN(data4)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/1/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data4 < 0 || isNaN(data4)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/1/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid6 = _errs16 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "weight"){
const _errs18 = errors;
if(errors === _errs18){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing4;
if(((data0.kind === undefined) && (missing4 = "kind")) || ((data0.index === undefined) && (missing4 = "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/2/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs20 = errors;
for(const key3 in data0){
if(!((key3 === "kind") || (key3 === "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs20 === errors){
if(data0.kind !== undefined){
const _errs21 = errors;
if("weight" !== data0.kind){
validate29.errors = [{instancePath:instancePath+"/binding/kind",schemaPath:"#/definitions/binding/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "weight"},message:"must be equal to constant"}];
return false;
}
var valid8 = _errs21 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data0.index !== undefined){
let data6 = data0.index;
const _errs22 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/2/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs22){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 1000000 || isNaN(data6)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/2/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data6 < 0 || isNaN(data6)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/2/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs22 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "constant"){
const _errs24 = errors;
if(errors === _errs24){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing5;
if(((data0.kind === undefined) && (missing5 = "kind")) || ((data0.index === undefined) && (missing5 = "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/3/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs26 = errors;
for(const key4 in data0){
if(!((key4 === "kind") || (key4 === "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs26 === errors){
if(data0.kind !== undefined){
const _errs27 = errors;
if("constant" !== data0.kind){
validate29.errors = [{instancePath:instancePath+"/binding/kind",schemaPath:"#/definitions/binding/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "constant"},message:"must be equal to constant"}];
return false;
}
var valid10 = _errs27 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data0.index !== undefined){
let data8 = data0.index;
const _errs28 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/3/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs28){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1000000 || isNaN(data8)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/3/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data8 < 0 || isNaN(data8)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/3/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid10 = _errs28 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "state"){
const _errs30 = errors;
if(errors === _errs30){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing6;
if(((data0.kind === undefined) && (missing6 = "kind")) || ((data0.index === undefined) && (missing6 = "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/4/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const _errs32 = errors;
for(const key5 in data0){
if(!((key5 === "kind") || (key5 === "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs32 === errors){
if(data0.kind !== undefined){
const _errs33 = errors;
if("state" !== data0.kind){
validate29.errors = [{instancePath:instancePath+"/binding/kind",schemaPath:"#/definitions/binding/oneOf/4/properties/kind/const",keyword:"const",params:{allowedValue: "state"},message:"must be equal to constant"}];
return false;
}
var valid12 = _errs33 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data0.index !== undefined){
let data10 = data0.index;
const _errs34 = errors;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/4/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs34){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 > 1000000 || isNaN(data10)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/4/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data10 < 0 || isNaN(data10)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/4/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid12 = _errs34 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/4/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "buffer"){
const _errs36 = errors;
if(errors === _errs36){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing7;
if(((data0.kind === undefined) && (missing7 = "kind")) || ((data0.index === undefined) && (missing7 = "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/5/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'"}];
return false;
}
else {
const _errs38 = errors;
for(const key6 in data0){
if(!((key6 === "kind") || (key6 === "index"))){
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/5/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs38 === errors){
if(data0.kind !== undefined){
const _errs39 = errors;
if("buffer" !== data0.kind){
validate29.errors = [{instancePath:instancePath+"/binding/kind",schemaPath:"#/definitions/binding/oneOf/5/properties/kind/const",keyword:"const",params:{allowedValue: "buffer"},message:"must be equal to constant"}];
return false;
}
var valid14 = _errs39 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data0.index !== undefined){
let data12 = data0.index;
const _errs40 = errors;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/5/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs40){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 1000000 || isNaN(data12)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/5/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data12 < 0 || isNaN(data12)){
validate29.errors = [{instancePath:instancePath+"/binding/index",schemaPath:"#/definitions/binding/oneOf/5/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid14 = _errs40 === errors;
}
else {
var valid14 = true;
}
}
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/oneOf/5/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/binding",schemaPath:"#/definitions/binding/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.elements !== undefined){
let data13 = data.elements;
const _errs42 = errors;
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
validate29.errors = [{instancePath:instancePath+"/elements",schemaPath:"#/properties/elements/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs42){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 281474976710656 || isNaN(data13)){
validate29.errors = [{instancePath:instancePath+"/elements",schemaPath:"#/properties/elements/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data13 < 1 || isNaN(data13)){
validate29.errors = [{instancePath:instancePath+"/elements",schemaPath:"#/properties/elements/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs42 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ready !== undefined){
let data14 = data.ready;
const _errs44 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate29.errors = [{instancePath:instancePath+"/ready",schemaPath:"#/properties/ready/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs44){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 1000000 || isNaN(data14)){
validate29.errors = [{instancePath:instancePath+"/ready",schemaPath:"#/properties/ready/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data14 < 0 || isNaN(data14)){
validate29.errors = [{instancePath:instancePath+"/ready",schemaPath:"#/properties/ready/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs44 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.needed !== undefined){
let data15 = data.needed;
const _errs46 = errors;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
validate29.errors = [{instancePath:instancePath+"/needed",schemaPath:"#/properties/needed/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs46){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 1000000 || isNaN(data15)){
validate29.errors = [{instancePath:instancePath+"/needed",schemaPath:"#/properties/needed/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data15 < 0 || isNaN(data15)){
validate29.errors = [{instancePath:instancePath+"/needed",schemaPath:"#/properties/needed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs46 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate29.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate29.errors = vErrors;
return errors === 0;
}

const schema40 = {"type":"object","properties":{"dispatch":{"type":"integer","minimum":0,"maximum":1000000},"rows":{"$ref":"#/definitions/size"},"columns":{"$ref":"#/definitions/size"},"inner":{"$ref":"#/definitions/size"},"a":{"$ref":"#/definitions/factor"},"b":{"$ref":"#/definitions/factor"},"result":{"$ref":"#/definitions/factor"}},"required":["dispatch","rows","columns","inner","a","b","result"],"additionalProperties":false};
const schema44 = {"type":"object","properties":{"binding":{"type":"integer","minimum":0,"maximum":1000},"type":{"enum":["f32","f16","bf16"]},"transposed":{"type":"boolean"}},"required":["binding","type","transposed"],"additionalProperties":false};

function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.dispatch === undefined) && (missing0 = "dispatch")) || ((data.rows === undefined) && (missing0 = "rows"))) || ((data.columns === undefined) && (missing0 = "columns"))) || ((data.inner === undefined) && (missing0 = "inner"))) || ((data.a === undefined) && (missing0 = "a"))) || ((data.b === undefined) && (missing0 = "b"))) || ((data.result === undefined) && (missing0 = "result"))){
validate31.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((((key0 === "dispatch") || (key0 === "rows")) || (key0 === "columns")) || (key0 === "inner")) || (key0 === "a")) || (key0 === "b")) || (key0 === "result"))){
validate31.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.dispatch !== undefined){
let data0 = data.dispatch;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate31.errors = [{instancePath:instancePath+"/dispatch",schemaPath:"#/properties/dispatch/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 1000000 || isNaN(data0)){
validate31.errors = [{instancePath:instancePath+"/dispatch",schemaPath:"#/properties/dispatch/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate31.errors = [{instancePath:instancePath+"/dispatch",schemaPath:"#/properties/dispatch/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.rows !== undefined){
let data1 = data.rows;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(Array.isArray(data1)){
if(data1.length > 32){
validate31.errors = [{instancePath:instancePath+"/rows",schemaPath:"#/definitions/size/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"}];
return false;
}
else {
if(data1.length < 1){
validate31.errors = [{instancePath:instancePath+"/rows",schemaPath:"#/definitions/size/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid2 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs7 = errors;
if(errors === _errs7){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if(((data2.times === undefined) && (missing1 = "times")) || ((data2.of === undefined) && (missing1 = "of"))){
validate31.errors = [{instancePath:instancePath+"/rows/" + i0,schemaPath:"#/definitions/size/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs9 = errors;
for(const key1 in data2){
if(!((key1 === "times") || (key1 === "of"))){
validate31.errors = [{instancePath:instancePath+"/rows/" + i0,schemaPath:"#/definitions/size/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs9 === errors){
if(data2.times !== undefined){
let data3 = data2.times;
const _errs10 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate31.errors = [{instancePath:instancePath+"/rows/" + i0+"/times",schemaPath:"#/definitions/size/items/properties/times/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs10){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 281474976710656 || isNaN(data3)){
validate31.errors = [{instancePath:instancePath+"/rows/" + i0+"/times",schemaPath:"#/definitions/size/items/properties/times/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data3 < 1 || isNaN(data3)){
validate31.errors = [{instancePath:instancePath+"/rows/" + i0+"/times",schemaPath:"#/definitions/size/items/properties/times/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid3 = _errs10 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data2.of !== undefined){
let data4 = data2.of;
const _errs12 = errors;
if(errors === _errs12){
if(Array.isArray(data4)){
if(data4.length > 8){
validate31.errors = [{instancePath:instancePath+"/rows/" + i0+"/of",schemaPath:"#/definitions/size/items/properties/of/maxItems",keyword:"maxItems",params:{limit: 8},message:"must NOT have more than 8 items"}];
return false;
}
else {
var valid4 = true;
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
const _errs14 = errors;
if(!(((((((data5 === "B") || (data5 === "T")) || (data5 === "N")) || (data5 === "S")) || (data5 === "C")) || (data5 === "E")) || (data5 === "M"))){
validate31.errors = [{instancePath:instancePath+"/rows/" + i0+"/of/" + i1,schemaPath:"#/definitions/size/items/properties/of/items/enum",keyword:"enum",params:{allowedValues: schema27.items.properties.of.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid4 = _errs14 === errors;
if(!valid4){
break;
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/rows/" + i0+"/of",schemaPath:"#/definitions/size/items/properties/of/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid3 = _errs12 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/rows/" + i0,schemaPath:"#/definitions/size/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid2 = _errs7 === errors;
if(!valid2){
break;
}
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/rows",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.columns !== undefined){
let data6 = data.columns;
const _errs15 = errors;
const _errs16 = errors;
if(errors === _errs16){
if(Array.isArray(data6)){
if(data6.length > 32){
validate31.errors = [{instancePath:instancePath+"/columns",schemaPath:"#/definitions/size/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"}];
return false;
}
else {
if(data6.length < 1){
validate31.errors = [{instancePath:instancePath+"/columns",schemaPath:"#/definitions/size/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid6 = true;
const len2 = data6.length;
for(let i2=0; i2<len2; i2++){
let data7 = data6[i2];
const _errs18 = errors;
if(errors === _errs18){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
let missing2;
if(((data7.times === undefined) && (missing2 = "times")) || ((data7.of === undefined) && (missing2 = "of"))){
validate31.errors = [{instancePath:instancePath+"/columns/" + i2,schemaPath:"#/definitions/size/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs20 = errors;
for(const key2 in data7){
if(!((key2 === "times") || (key2 === "of"))){
validate31.errors = [{instancePath:instancePath+"/columns/" + i2,schemaPath:"#/definitions/size/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs20 === errors){
if(data7.times !== undefined){
let data8 = data7.times;
const _errs21 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate31.errors = [{instancePath:instancePath+"/columns/" + i2+"/times",schemaPath:"#/definitions/size/items/properties/times/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs21){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 281474976710656 || isNaN(data8)){
validate31.errors = [{instancePath:instancePath+"/columns/" + i2+"/times",schemaPath:"#/definitions/size/items/properties/times/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data8 < 1 || isNaN(data8)){
validate31.errors = [{instancePath:instancePath+"/columns/" + i2+"/times",schemaPath:"#/definitions/size/items/properties/times/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid7 = _errs21 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data7.of !== undefined){
let data9 = data7.of;
const _errs23 = errors;
if(errors === _errs23){
if(Array.isArray(data9)){
if(data9.length > 8){
validate31.errors = [{instancePath:instancePath+"/columns/" + i2+"/of",schemaPath:"#/definitions/size/items/properties/of/maxItems",keyword:"maxItems",params:{limit: 8},message:"must NOT have more than 8 items"}];
return false;
}
else {
var valid8 = true;
const len3 = data9.length;
for(let i3=0; i3<len3; i3++){
let data10 = data9[i3];
const _errs25 = errors;
if(!(((((((data10 === "B") || (data10 === "T")) || (data10 === "N")) || (data10 === "S")) || (data10 === "C")) || (data10 === "E")) || (data10 === "M"))){
validate31.errors = [{instancePath:instancePath+"/columns/" + i2+"/of/" + i3,schemaPath:"#/definitions/size/items/properties/of/items/enum",keyword:"enum",params:{allowedValues: schema27.items.properties.of.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid8 = _errs25 === errors;
if(!valid8){
break;
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/columns/" + i2+"/of",schemaPath:"#/definitions/size/items/properties/of/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid7 = _errs23 === errors;
}
else {
var valid7 = true;
}
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/columns/" + i2,schemaPath:"#/definitions/size/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid6 = _errs18 === errors;
if(!valid6){
break;
}
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/columns",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.inner !== undefined){
let data11 = data.inner;
const _errs26 = errors;
const _errs27 = errors;
if(errors === _errs27){
if(Array.isArray(data11)){
if(data11.length > 32){
validate31.errors = [{instancePath:instancePath+"/inner",schemaPath:"#/definitions/size/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"}];
return false;
}
else {
if(data11.length < 1){
validate31.errors = [{instancePath:instancePath+"/inner",schemaPath:"#/definitions/size/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid10 = true;
const len4 = data11.length;
for(let i4=0; i4<len4; i4++){
let data12 = data11[i4];
const _errs29 = errors;
if(errors === _errs29){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing3;
if(((data12.times === undefined) && (missing3 = "times")) || ((data12.of === undefined) && (missing3 = "of"))){
validate31.errors = [{instancePath:instancePath+"/inner/" + i4,schemaPath:"#/definitions/size/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs31 = errors;
for(const key3 in data12){
if(!((key3 === "times") || (key3 === "of"))){
validate31.errors = [{instancePath:instancePath+"/inner/" + i4,schemaPath:"#/definitions/size/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs31 === errors){
if(data12.times !== undefined){
let data13 = data12.times;
const _errs32 = errors;
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
validate31.errors = [{instancePath:instancePath+"/inner/" + i4+"/times",schemaPath:"#/definitions/size/items/properties/times/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs32){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 281474976710656 || isNaN(data13)){
validate31.errors = [{instancePath:instancePath+"/inner/" + i4+"/times",schemaPath:"#/definitions/size/items/properties/times/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data13 < 1 || isNaN(data13)){
validate31.errors = [{instancePath:instancePath+"/inner/" + i4+"/times",schemaPath:"#/definitions/size/items/properties/times/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid11 = _errs32 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data12.of !== undefined){
let data14 = data12.of;
const _errs34 = errors;
if(errors === _errs34){
if(Array.isArray(data14)){
if(data14.length > 8){
validate31.errors = [{instancePath:instancePath+"/inner/" + i4+"/of",schemaPath:"#/definitions/size/items/properties/of/maxItems",keyword:"maxItems",params:{limit: 8},message:"must NOT have more than 8 items"}];
return false;
}
else {
var valid12 = true;
const len5 = data14.length;
for(let i5=0; i5<len5; i5++){
let data15 = data14[i5];
const _errs36 = errors;
if(!(((((((data15 === "B") || (data15 === "T")) || (data15 === "N")) || (data15 === "S")) || (data15 === "C")) || (data15 === "E")) || (data15 === "M"))){
validate31.errors = [{instancePath:instancePath+"/inner/" + i4+"/of/" + i5,schemaPath:"#/definitions/size/items/properties/of/items/enum",keyword:"enum",params:{allowedValues: schema27.items.properties.of.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid12 = _errs36 === errors;
if(!valid12){
break;
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/inner/" + i4+"/of",schemaPath:"#/definitions/size/items/properties/of/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid11 = _errs34 === errors;
}
else {
var valid11 = true;
}
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/inner/" + i4,schemaPath:"#/definitions/size/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid10 = _errs29 === errors;
if(!valid10){
break;
}
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/inner",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs26 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.a !== undefined){
let data16 = data.a;
const _errs37 = errors;
const _errs38 = errors;
if(errors === _errs38){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing4;
if((((data16.binding === undefined) && (missing4 = "binding")) || ((data16.type === undefined) && (missing4 = "type"))) || ((data16.transposed === undefined) && (missing4 = "transposed"))){
validate31.errors = [{instancePath:instancePath+"/a",schemaPath:"#/definitions/factor/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs40 = errors;
for(const key4 in data16){
if(!(((key4 === "binding") || (key4 === "type")) || (key4 === "transposed"))){
validate31.errors = [{instancePath:instancePath+"/a",schemaPath:"#/definitions/factor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs40 === errors){
if(data16.binding !== undefined){
let data17 = data16.binding;
const _errs41 = errors;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
validate31.errors = [{instancePath:instancePath+"/a/binding",schemaPath:"#/definitions/factor/properties/binding/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs41){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 1000 || isNaN(data17)){
validate31.errors = [{instancePath:instancePath+"/a/binding",schemaPath:"#/definitions/factor/properties/binding/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"}];
return false;
}
else {
if(data17 < 0 || isNaN(data17)){
validate31.errors = [{instancePath:instancePath+"/a/binding",schemaPath:"#/definitions/factor/properties/binding/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid14 = _errs41 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data16.type !== undefined){
let data18 = data16.type;
const _errs43 = errors;
if(!(((data18 === "f32") || (data18 === "f16")) || (data18 === "bf16"))){
validate31.errors = [{instancePath:instancePath+"/a/type",schemaPath:"#/definitions/factor/properties/type/enum",keyword:"enum",params:{allowedValues: schema44.properties.type.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid14 = _errs43 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data16.transposed !== undefined){
const _errs44 = errors;
if(typeof data16.transposed !== "boolean"){
validate31.errors = [{instancePath:instancePath+"/a/transposed",schemaPath:"#/definitions/factor/properties/transposed/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid14 = _errs44 === errors;
}
else {
var valid14 = true;
}
}
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/a",schemaPath:"#/definitions/factor/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs37 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.b !== undefined){
let data20 = data.b;
const _errs46 = errors;
const _errs47 = errors;
if(errors === _errs47){
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
let missing5;
if((((data20.binding === undefined) && (missing5 = "binding")) || ((data20.type === undefined) && (missing5 = "type"))) || ((data20.transposed === undefined) && (missing5 = "transposed"))){
validate31.errors = [{instancePath:instancePath+"/b",schemaPath:"#/definitions/factor/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs49 = errors;
for(const key5 in data20){
if(!(((key5 === "binding") || (key5 === "type")) || (key5 === "transposed"))){
validate31.errors = [{instancePath:instancePath+"/b",schemaPath:"#/definitions/factor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs49 === errors){
if(data20.binding !== undefined){
let data21 = data20.binding;
const _errs50 = errors;
if(!(((typeof data21 == "number") && (!(data21 % 1) && !isNaN(data21))) && (isFinite(data21)))){
validate31.errors = [{instancePath:instancePath+"/b/binding",schemaPath:"#/definitions/factor/properties/binding/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs50){
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 > 1000 || isNaN(data21)){
validate31.errors = [{instancePath:instancePath+"/b/binding",schemaPath:"#/definitions/factor/properties/binding/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"}];
return false;
}
else {
if(data21 < 0 || isNaN(data21)){
validate31.errors = [{instancePath:instancePath+"/b/binding",schemaPath:"#/definitions/factor/properties/binding/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid16 = _errs50 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data20.type !== undefined){
let data22 = data20.type;
const _errs52 = errors;
if(!(((data22 === "f32") || (data22 === "f16")) || (data22 === "bf16"))){
validate31.errors = [{instancePath:instancePath+"/b/type",schemaPath:"#/definitions/factor/properties/type/enum",keyword:"enum",params:{allowedValues: schema44.properties.type.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid16 = _errs52 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data20.transposed !== undefined){
const _errs53 = errors;
if(typeof data20.transposed !== "boolean"){
validate31.errors = [{instancePath:instancePath+"/b/transposed",schemaPath:"#/definitions/factor/properties/transposed/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid16 = _errs53 === errors;
}
else {
var valid16 = true;
}
}
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/b",schemaPath:"#/definitions/factor/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs46 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.result !== undefined){
let data24 = data.result;
const _errs55 = errors;
const _errs56 = errors;
if(errors === _errs56){
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
let missing6;
if((((data24.binding === undefined) && (missing6 = "binding")) || ((data24.type === undefined) && (missing6 = "type"))) || ((data24.transposed === undefined) && (missing6 = "transposed"))){
validate31.errors = [{instancePath:instancePath+"/result",schemaPath:"#/definitions/factor/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const _errs58 = errors;
for(const key6 in data24){
if(!(((key6 === "binding") || (key6 === "type")) || (key6 === "transposed"))){
validate31.errors = [{instancePath:instancePath+"/result",schemaPath:"#/definitions/factor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs58 === errors){
if(data24.binding !== undefined){
let data25 = data24.binding;
const _errs59 = errors;
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
validate31.errors = [{instancePath:instancePath+"/result/binding",schemaPath:"#/definitions/factor/properties/binding/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs59){
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 > 1000 || isNaN(data25)){
validate31.errors = [{instancePath:instancePath+"/result/binding",schemaPath:"#/definitions/factor/properties/binding/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"}];
return false;
}
else {
if(data25 < 0 || isNaN(data25)){
validate31.errors = [{instancePath:instancePath+"/result/binding",schemaPath:"#/definitions/factor/properties/binding/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid18 = _errs59 === errors;
}
else {
var valid18 = true;
}
if(valid18){
if(data24.type !== undefined){
let data26 = data24.type;
const _errs61 = errors;
if(!(((data26 === "f32") || (data26 === "f16")) || (data26 === "bf16"))){
validate31.errors = [{instancePath:instancePath+"/result/type",schemaPath:"#/definitions/factor/properties/type/enum",keyword:"enum",params:{allowedValues: schema44.properties.type.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid18 = _errs61 === errors;
}
else {
var valid18 = true;
}
if(valid18){
if(data24.transposed !== undefined){
const _errs62 = errors;
if(typeof data24.transposed !== "boolean"){
validate31.errors = [{instancePath:instancePath+"/result/transposed",schemaPath:"#/definitions/factor/properties/transposed/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid18 = _errs62 === errors;
}
else {
var valid18 = true;
}
}
}
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/result",schemaPath:"#/definitions/factor/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs55 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate31.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate31.errors = vErrors;
return errors === 0;
}


function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.arenas === undefined) && (missing0 = "arenas")) || ((data.slots === undefined) && (missing0 = "slots"))) || ((data.buffers === undefined) && (missing0 = "buffers"))) || ((data.dispatches === undefined) && (missing0 = "dispatches"))){
validate26.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((((((key0 === "arenas") || (key0 === "slots")) || (key0 === "buffers")) || (key0 === "dispatches")) || (key0 === "recomputed")) || (key0 === "persistent")) || (key0 === "sums")) || (key0 === "products"))){
validate26.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.arenas !== undefined){
let data0 = data.arenas;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate26.errors = [{instancePath:instancePath+"/arenas",schemaPath:"#/properties/arenas/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 64 || isNaN(data0)){
validate26.errors = [{instancePath:instancePath+"/arenas",schemaPath:"#/properties/arenas/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64},message:"must be <= 64"}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate26.errors = [{instancePath:instancePath+"/arenas",schemaPath:"#/properties/arenas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.slots !== undefined){
let data1 = data.slots;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if(((data2.arena === undefined) && (missing1 = "arena")) || ((data2.bytes === undefined) && (missing1 = "bytes"))){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0,schemaPath:"#/properties/slots/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data2){
if(!((key1 === "arena") || (key1 === "bytes"))){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0,schemaPath:"#/properties/slots/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.arena !== undefined){
let data3 = data2.arena;
const _errs9 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/arena",schemaPath:"#/properties/slots/items/properties/arena/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs9){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 1000000 || isNaN(data3)){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/arena",schemaPath:"#/properties/slots/items/properties/arena/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/arena",schemaPath:"#/properties/slots/items/properties/arena/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.bytes !== undefined){
let data4 = data2.bytes;
const _errs11 = errors;
const _errs12 = errors;
if(errors === _errs12){
if(Array.isArray(data4)){
if(data4.length > 32){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes",schemaPath:"#/definitions/size/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"}];
return false;
}
else {
if(data4.length < 1){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes",schemaPath:"#/definitions/size/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid4 = true;
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
const _errs14 = errors;
if(errors === _errs14){
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
let missing2;
if(((data5.times === undefined) && (missing2 = "times")) || ((data5.of === undefined) && (missing2 = "of"))){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1,schemaPath:"#/definitions/size/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs16 = errors;
for(const key2 in data5){
if(!((key2 === "times") || (key2 === "of"))){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1,schemaPath:"#/definitions/size/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs16 === errors){
if(data5.times !== undefined){
let data6 = data5.times;
const _errs17 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/times",schemaPath:"#/definitions/size/items/properties/times/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs17){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 281474976710656 || isNaN(data6)){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/times",schemaPath:"#/definitions/size/items/properties/times/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data6 < 1 || isNaN(data6)){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/times",schemaPath:"#/definitions/size/items/properties/times/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid5 = _errs17 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data5.of !== undefined){
let data7 = data5.of;
const _errs19 = errors;
if(errors === _errs19){
if(Array.isArray(data7)){
if(data7.length > 8){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/of",schemaPath:"#/definitions/size/items/properties/of/maxItems",keyword:"maxItems",params:{limit: 8},message:"must NOT have more than 8 items"}];
return false;
}
else {
var valid6 = true;
const len2 = data7.length;
for(let i2=0; i2<len2; i2++){
let data8 = data7[i2];
const _errs21 = errors;
if(!(((((((data8 === "B") || (data8 === "T")) || (data8 === "N")) || (data8 === "S")) || (data8 === "C")) || (data8 === "E")) || (data8 === "M"))){
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/of/" + i2,schemaPath:"#/definitions/size/items/properties/of/items/enum",keyword:"enum",params:{allowedValues: schema27.items.properties.of.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid6 = _errs21 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1+"/of",schemaPath:"#/definitions/size/items/properties/of/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid5 = _errs19 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes/" + i1,schemaPath:"#/definitions/size/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid4 = _errs14 === errors;
if(!valid4){
break;
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/slots/" + i0+"/bytes",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/slots/" + i0,schemaPath:"#/properties/slots/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/slots",schemaPath:"#/properties/slots/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.buffers !== undefined){
let data9 = data.buffers;
const _errs22 = errors;
if(errors === _errs22){
if(Array.isArray(data9)){
var valid7 = true;
const len3 = data9.length;
for(let i3=0; i3<len3; i3++){
let data10 = data9[i3];
const _errs24 = errors;
if(errors === _errs24){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing3;
if(((((data10.slot === undefined) && (missing3 = "slot")) || ((data10.bytes === undefined) && (missing3 = "bytes"))) || ((data10.first === undefined) && (missing3 = "first"))) || ((data10.last === undefined) && (missing3 = "last"))){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3,schemaPath:"#/properties/buffers/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs26 = errors;
for(const key3 in data10){
if(!((((key3 === "slot") || (key3 === "bytes")) || (key3 === "first")) || (key3 === "last"))){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3,schemaPath:"#/properties/buffers/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs26 === errors){
if(data10.slot !== undefined){
let data11 = data10.slot;
const _errs27 = errors;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/slot",schemaPath:"#/properties/buffers/items/properties/slot/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs27){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 1000000 || isNaN(data11)){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/slot",schemaPath:"#/properties/buffers/items/properties/slot/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data11 < 0 || isNaN(data11)){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/slot",schemaPath:"#/properties/buffers/items/properties/slot/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs27 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data10.bytes !== undefined){
let data12 = data10.bytes;
const _errs29 = errors;
const _errs30 = errors;
if(errors === _errs30){
if(Array.isArray(data12)){
if(data12.length > 32){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes",schemaPath:"#/definitions/size/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"}];
return false;
}
else {
if(data12.length < 1){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes",schemaPath:"#/definitions/size/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid10 = true;
const len4 = data12.length;
for(let i4=0; i4<len4; i4++){
let data13 = data12[i4];
const _errs32 = errors;
if(errors === _errs32){
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
let missing4;
if(((data13.times === undefined) && (missing4 = "times")) || ((data13.of === undefined) && (missing4 = "of"))){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4,schemaPath:"#/definitions/size/items/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs34 = errors;
for(const key4 in data13){
if(!((key4 === "times") || (key4 === "of"))){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4,schemaPath:"#/definitions/size/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs34 === errors){
if(data13.times !== undefined){
let data14 = data13.times;
const _errs35 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/times",schemaPath:"#/definitions/size/items/properties/times/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs35){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 281474976710656 || isNaN(data14)){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/times",schemaPath:"#/definitions/size/items/properties/times/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data14 < 1 || isNaN(data14)){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/times",schemaPath:"#/definitions/size/items/properties/times/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid11 = _errs35 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data13.of !== undefined){
let data15 = data13.of;
const _errs37 = errors;
if(errors === _errs37){
if(Array.isArray(data15)){
if(data15.length > 8){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/of",schemaPath:"#/definitions/size/items/properties/of/maxItems",keyword:"maxItems",params:{limit: 8},message:"must NOT have more than 8 items"}];
return false;
}
else {
var valid12 = true;
const len5 = data15.length;
for(let i5=0; i5<len5; i5++){
let data16 = data15[i5];
const _errs39 = errors;
if(!(((((((data16 === "B") || (data16 === "T")) || (data16 === "N")) || (data16 === "S")) || (data16 === "C")) || (data16 === "E")) || (data16 === "M"))){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/of/" + i5,schemaPath:"#/definitions/size/items/properties/of/items/enum",keyword:"enum",params:{allowedValues: schema27.items.properties.of.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid12 = _errs39 === errors;
if(!valid12){
break;
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4+"/of",schemaPath:"#/definitions/size/items/properties/of/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid11 = _errs37 === errors;
}
else {
var valid11 = true;
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes/" + i4,schemaPath:"#/definitions/size/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid10 = _errs32 === errors;
if(!valid10){
break;
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/bytes",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid8 = _errs29 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data10.first !== undefined){
let data17 = data10.first;
const _errs40 = errors;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/first",schemaPath:"#/properties/buffers/items/properties/first/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs40){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 1000000 || isNaN(data17)){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/first",schemaPath:"#/properties/buffers/items/properties/first/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data17 < 0 || isNaN(data17)){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/first",schemaPath:"#/properties/buffers/items/properties/first/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs40 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data10.last !== undefined){
let data18 = data10.last;
const _errs42 = errors;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/last",schemaPath:"#/properties/buffers/items/properties/last/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs42){
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 1000000 || isNaN(data18)){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/last",schemaPath:"#/properties/buffers/items/properties/last/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data18 < 0 || isNaN(data18)){
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3+"/last",schemaPath:"#/properties/buffers/items/properties/last/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs42 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/buffers/" + i3,schemaPath:"#/properties/buffers/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid7 = _errs24 === errors;
if(!valid7){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/buffers",schemaPath:"#/properties/buffers/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dispatches !== undefined){
let data19 = data.dispatches;
const _errs44 = errors;
if(errors === _errs44){
if(Array.isArray(data19)){
var valid13 = true;
const len6 = data19.length;
for(let i6=0; i6<len6; i6++){
const _errs46 = errors;
if(!(validate27(data19[i6], {instancePath:instancePath+"/dispatches/" + i6,parentData:data19,parentDataProperty:i6,rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
var valid13 = _errs46 === errors;
if(!valid13){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/dispatches",schemaPath:"#/properties/dispatches/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs44 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.recomputed !== undefined){
let data21 = data.recomputed;
const _errs47 = errors;
if(errors === _errs47){
if(Array.isArray(data21)){
var valid14 = true;
const len7 = data21.length;
for(let i7=0; i7<len7; i7++){
let data22 = data21[i7];
const _errs49 = errors;
if(errors === _errs49){
if(typeof data22 === "string"){
if(data22.length > 1000){
validate26.errors = [{instancePath:instancePath+"/recomputed/" + i7,schemaPath:"#/properties/recomputed/items/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/recomputed/" + i7,schemaPath:"#/properties/recomputed/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid14 = _errs49 === errors;
if(!valid14){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/recomputed",schemaPath:"#/properties/recomputed/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs47 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.persistent !== undefined){
let data23 = data.persistent;
const _errs51 = errors;
const _errs52 = errors;
if(errors === _errs52){
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
let missing5;
if(((((((data23.name === undefined) && (missing5 = "name")) || ((data23.source === undefined) && (missing5 = "source"))) || ((data23.kernels === undefined) && (missing5 = "kernels"))) || ((data23.threads === undefined) && (missing5 = "threads"))) || ((data23.bindings === undefined) && (missing5 = "bindings"))) || ((data23.waits === undefined) && (missing5 = "waits"))){
validate26.errors = [{instancePath:instancePath+"/persistent",schemaPath:"#/definitions/persistent/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs54 = errors;
for(const key5 in data23){
if(!((((((key5 === "name") || (key5 === "source")) || (key5 === "kernels")) || (key5 === "threads")) || (key5 === "bindings")) || (key5 === "waits"))){
validate26.errors = [{instancePath:instancePath+"/persistent",schemaPath:"#/definitions/persistent/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs54 === errors){
if(data23.name !== undefined){
let data24 = data23.name;
const _errs55 = errors;
if(errors === _errs55){
if(typeof data24 === "string"){
if(data24.length > 500){
validate26.errors = [{instancePath:instancePath+"/persistent/name",schemaPath:"#/definitions/persistent/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern16.test(data24)){
validate26.errors = [{instancePath:instancePath+"/persistent/name",schemaPath:"#/definitions/persistent/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\""}];
return false;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/persistent/name",schemaPath:"#/definitions/persistent/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid16 = _errs55 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data23.source !== undefined){
let data25 = data23.source;
const _errs57 = errors;
if(errors === _errs57){
if(typeof data25 === "string"){
if(data25.length > 1000000){
validate26.errors = [{instancePath:instancePath+"/persistent/source",schemaPath:"#/definitions/persistent/properties/source/maxLength",keyword:"maxLength",params:{limit: 1000000},message:"must NOT have more than 1000000 characters"}];
return false;
}
else {
if(data25.length < 1){
validate26.errors = [{instancePath:instancePath+"/persistent/source",schemaPath:"#/definitions/persistent/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/persistent/source",schemaPath:"#/definitions/persistent/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid16 = _errs57 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data23.kernels !== undefined){
let data26 = data23.kernels;
const _errs59 = errors;
if(errors === _errs59){
if(Array.isArray(data26)){
if(data26.length < 1){
validate26.errors = [{instancePath:instancePath+"/persistent/kernels",schemaPath:"#/definitions/persistent/properties/kernels/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid17 = true;
const len8 = data26.length;
for(let i8=0; i8<len8; i8++){
let data27 = data26[i8];
const _errs61 = errors;
if(!(((typeof data27 == "number") && (!(data27 % 1) && !isNaN(data27))) && (isFinite(data27)))){
validate26.errors = [{instancePath:instancePath+"/persistent/kernels/" + i8,schemaPath:"#/definitions/persistent/properties/kernels/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs61){
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 > 1000000 || isNaN(data27)){
validate26.errors = [{instancePath:instancePath+"/persistent/kernels/" + i8,schemaPath:"#/definitions/persistent/properties/kernels/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data27 < 0 || isNaN(data27)){
validate26.errors = [{instancePath:instancePath+"/persistent/kernels/" + i8,schemaPath:"#/definitions/persistent/properties/kernels/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid17 = _errs61 === errors;
if(!valid17){
break;
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/persistent/kernels",schemaPath:"#/definitions/persistent/properties/kernels/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid16 = _errs59 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data23.threads !== undefined){
let data28 = data23.threads;
const _errs63 = errors;
if(!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))){
validate26.errors = [{instancePath:instancePath+"/persistent/threads",schemaPath:"#/definitions/persistent/properties/threads/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs63){
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 > 1024 || isNaN(data28)){
validate26.errors = [{instancePath:instancePath+"/persistent/threads",schemaPath:"#/definitions/persistent/properties/threads/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1024},message:"must be <= 1024"}];
return false;
}
else {
if(data28 < 1 || isNaN(data28)){
validate26.errors = [{instancePath:instancePath+"/persistent/threads",schemaPath:"#/definitions/persistent/properties/threads/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid16 = _errs63 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data23.bindings !== undefined){
let data29 = data23.bindings;
const _errs65 = errors;
if(!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))){
validate26.errors = [{instancePath:instancePath+"/persistent/bindings",schemaPath:"#/definitions/persistent/properties/bindings/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs65){
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 > 1000 || isNaN(data29)){
validate26.errors = [{instancePath:instancePath+"/persistent/bindings",schemaPath:"#/definitions/persistent/properties/bindings/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"}];
return false;
}
else {
if(data29 < 1 || isNaN(data29)){
validate26.errors = [{instancePath:instancePath+"/persistent/bindings",schemaPath:"#/definitions/persistent/properties/bindings/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid16 = _errs65 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data23.waits !== undefined){
let data30 = data23.waits;
const _errs67 = errors;
if(errors === _errs67){
if(Array.isArray(data30)){
var valid18 = true;
const len9 = data30.length;
for(let i9=0; i9<len9; i9++){
const _errs69 = errors;
if(typeof data30[i9] !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/persistent/waits/" + i9,schemaPath:"#/definitions/persistent/properties/waits/items/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid18 = _errs69 === errors;
if(!valid18){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/persistent/waits",schemaPath:"#/definitions/persistent/properties/waits/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid16 = _errs67 === errors;
}
else {
var valid16 = true;
}
}
}
}
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/persistent",schemaPath:"#/definitions/persistent/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs51 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.sums !== undefined){
let data32 = data.sums;
const _errs71 = errors;
if(errors === _errs71){
if(Array.isArray(data32)){
if(data32.length < 1){
validate26.errors = [{instancePath:instancePath+"/sums",schemaPath:"#/properties/sums/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid19 = true;
const len10 = data32.length;
for(let i10=0; i10<len10; i10++){
const _errs73 = errors;
if(!(validate29(data32[i10], {instancePath:instancePath+"/sums/" + i10,parentData:data32,parentDataProperty:i10,rootData}))){
vErrors = vErrors === null ? validate29.errors : vErrors.concat(validate29.errors);
errors = vErrors.length;
}
var valid19 = _errs73 === errors;
if(!valid19){
break;
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/sums",schemaPath:"#/properties/sums/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs71 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.products !== undefined){
let data34 = data.products;
const _errs74 = errors;
if(errors === _errs74){
if(Array.isArray(data34)){
if(data34.length < 1){
validate26.errors = [{instancePath:instancePath+"/products",schemaPath:"#/properties/products/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid20 = true;
const len11 = data34.length;
for(let i11=0; i11<len11; i11++){
const _errs76 = errors;
if(!(validate31(data34[i11], {instancePath:instancePath+"/products/" + i11,parentData:data34,parentDataProperty:i11,rootData}))){
vErrors = vErrors === null ? validate31.errors : vErrors.concat(validate31.errors);
errors = vErrors.length;
}
var valid20 = _errs76 === errors;
if(!valid20){
break;
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/products",schemaPath:"#/properties/products/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs74 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
else {
validate26.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate26.errors = vErrors;
return errors === 0;
}


function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.precision === undefined) && (missing0 = "precision")) || ((data.header === undefined) && (missing0 = "header"))) || ((data.kernels === undefined) && (missing0 = "kernels"))) || ((data.weights === undefined) && (missing0 = "weights"))) || ((data.entries === undefined) && (missing0 = "entries"))){
validate25.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "precision") || (key0 === "header")) || (key0 === "kernels")) || (key0 === "weights")) || (key0 === "entries"))){
validate25.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.precision !== undefined){
let data0 = data.precision;
const _errs2 = errors;
if(!(((data0 === "float32") || (data0 === "float16")) || (data0 === "bfloat16"))){
validate25.errors = [{instancePath:instancePath+"/precision",schemaPath:"#/properties/precision/enum",keyword:"enum",params:{allowedValues: schema31.properties.precision.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.header !== undefined){
let data1 = data.header;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(data1.length > 1000000){
validate25.errors = [{instancePath:instancePath+"/header",schemaPath:"#/properties/header/maxLength",keyword:"maxLength",params:{limit: 1000000},message:"must NOT have more than 1000000 characters"}];
return false;
}
else {
if(data1.length < 1){
validate25.errors = [{instancePath:instancePath+"/header",schemaPath:"#/properties/header/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/header",schemaPath:"#/properties/header/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kernels !== undefined){
let data2 = data.kernels;
const _errs5 = errors;
if(errors === _errs5){
if(Array.isArray(data2)){
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs7 = errors;
if(errors === _errs7){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if(((((data3.name === undefined) && (missing1 = "name")) || ((data3.source === undefined) && (missing1 = "source"))) || ((data3.threads === undefined) && (missing1 = "threads"))) || ((data3.access === undefined) && (missing1 = "access"))){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0,schemaPath:"#/properties/kernels/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs9 = errors;
for(const key1 in data3){
if(!(((((key1 === "name") || (key1 === "source")) || (key1 === "threads")) || (key1 === "arguments")) || (key1 === "access"))){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0,schemaPath:"#/properties/kernels/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs9 === errors){
if(data3.name !== undefined){
let data4 = data3.name;
const _errs10 = errors;
if(errors === _errs10){
if(typeof data4 === "string"){
if(data4.length > 500){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/name",schemaPath:"#/properties/kernels/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern16.test(data4)){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/name",schemaPath:"#/properties/kernels/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\""}];
return false;
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/name",schemaPath:"#/properties/kernels/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.source !== undefined){
let data5 = data3.source;
const _errs12 = errors;
if(errors === _errs12){
if(typeof data5 === "string"){
if(data5.length > 1000000){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/source",schemaPath:"#/properties/kernels/items/properties/source/maxLength",keyword:"maxLength",params:{limit: 1000000},message:"must NOT have more than 1000000 characters"}];
return false;
}
else {
if(data5.length < 1){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/source",schemaPath:"#/properties/kernels/items/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/source",schemaPath:"#/properties/kernels/items/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid2 = _errs12 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.threads !== undefined){
let data6 = data3.threads;
const _errs14 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/threads",schemaPath:"#/properties/kernels/items/properties/threads/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs14){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 1024 || isNaN(data6)){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/threads",schemaPath:"#/properties/kernels/items/properties/threads/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1024},message:"must be <= 1024"}];
return false;
}
else {
if(data6 < 1 || isNaN(data6)){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/threads",schemaPath:"#/properties/kernels/items/properties/threads/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid2 = _errs14 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.arguments !== undefined){
let data7 = data3.arguments;
const _errs16 = errors;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/arguments",schemaPath:"#/properties/kernels/items/properties/arguments/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs16){
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 256 || isNaN(data7)){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/arguments",schemaPath:"#/properties/kernels/items/properties/arguments/maximum",keyword:"maximum",params:{comparison: "<=", limit: 256},message:"must be <= 256"}];
return false;
}
else {
if(data7 < 1 || isNaN(data7)){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/arguments",schemaPath:"#/properties/kernels/items/properties/arguments/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid2 = _errs16 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.access !== undefined){
let data8 = data3.access;
const _errs18 = errors;
if(errors === _errs18){
if(Array.isArray(data8)){
if(data8.length > 1000){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/access",schemaPath:"#/properties/kernels/items/properties/access/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items"}];
return false;
}
else {
var valid3 = true;
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
let data9 = data8[i1];
const _errs20 = errors;
if(!((data9 === "read") || (data9 === "read_write"))){
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/access/" + i1,schemaPath:"#/properties/kernels/items/properties/access/items/enum",keyword:"enum",params:{allowedValues: schema31.properties.kernels.items.properties.access.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid3 = _errs20 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0+"/access",schemaPath:"#/properties/kernels/items/properties/access/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs18 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/kernels/" + i0,schemaPath:"#/properties/kernels/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs7 === errors;
if(!valid1){
break;
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/kernels",schemaPath:"#/properties/kernels/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.weights !== undefined){
let data10 = data.weights;
const _errs21 = errors;
if(errors === _errs21){
if(Array.isArray(data10)){
var valid4 = true;
const len2 = data10.length;
for(let i2=0; i2<len2; i2++){
let data11 = data10[i2];
const _errs23 = errors;
if(errors === _errs23){
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
let missing2;
if(((data11.parameter === undefined) && (missing2 = "parameter")) || ((data11.transposed === undefined) && (missing2 = "transposed"))){
validate25.errors = [{instancePath:instancePath+"/weights/" + i2,schemaPath:"#/properties/weights/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs25 = errors;
for(const key2 in data11){
if(!(((key2 === "parameter") || (key2 === "transposed")) || (key2 === "narrow"))){
validate25.errors = [{instancePath:instancePath+"/weights/" + i2,schemaPath:"#/properties/weights/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs25 === errors){
if(data11.parameter !== undefined){
let data12 = data11.parameter;
const _errs26 = errors;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
validate25.errors = [{instancePath:instancePath+"/weights/" + i2+"/parameter",schemaPath:"#/properties/weights/items/properties/parameter/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs26){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 1000000 || isNaN(data12)){
validate25.errors = [{instancePath:instancePath+"/weights/" + i2+"/parameter",schemaPath:"#/properties/weights/items/properties/parameter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data12 < 0 || isNaN(data12)){
validate25.errors = [{instancePath:instancePath+"/weights/" + i2+"/parameter",schemaPath:"#/properties/weights/items/properties/parameter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid5 = _errs26 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data11.transposed !== undefined){
const _errs28 = errors;
if(typeof data11.transposed !== "boolean"){
validate25.errors = [{instancePath:instancePath+"/weights/" + i2+"/transposed",schemaPath:"#/properties/weights/items/properties/transposed/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid5 = _errs28 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data11.narrow !== undefined){
let data14 = data11.narrow;
const _errs30 = errors;
if(!((data14 === "f16") || (data14 === "bf16"))){
validate25.errors = [{instancePath:instancePath+"/weights/" + i2+"/narrow",schemaPath:"#/properties/weights/items/properties/narrow/enum",keyword:"enum",params:{allowedValues: schema31.properties.weights.items.properties.narrow.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid5 = _errs30 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/weights/" + i2,schemaPath:"#/properties/weights/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid4 = _errs23 === errors;
if(!valid4){
break;
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/weights",schemaPath:"#/properties/weights/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs21 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.entries !== undefined){
let data15 = data.entries;
const _errs31 = errors;
if(errors === _errs31){
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
for(const key3 in data15){
const _errs33 = errors;
if(errors === _errs33){
if(typeof key3 === "string"){
if(key3.length > 100){
const err0 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",propertyName:key3};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(!pattern7.test(key3)){
const err1 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_]*$"},message:"must match pattern \""+"^[a-z][a-z0-9_]*$"+"\"",propertyName:key3};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/type",keyword:"type",params:{type: "string"},message:"must be string",propertyName:key3};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var valid6 = _errs33 === errors;
if(!valid6){
const err3 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames",keyword:"propertyNames",params:{propertyName: key3},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate25.errors = vErrors;
return false;
break;
}
}
if(valid6){
for(const key4 in data15){
const _errs36 = errors;
if(!(validate26(data15[key4], {instancePath:instancePath+"/entries/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data15,parentDataProperty:key4,rootData}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
var valid7 = _errs36 === errors;
if(!valid7){
break;
}
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs31 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate25.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate25.errors = vErrors;
return errors === 0;
}

const schema47 = {"type":"object","properties":{"entries":{"type":"object","propertyNames":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"additionalProperties":{"$ref":"#/definitions/tfjsEntry"}}},"required":["entries"],"additionalProperties":false};
const schema48 = {"type":"object","properties":{"values":{"type":"integer","minimum":0,"maximum":1000000},"steps":{"type":"array","items":{"type":"object","properties":{"op":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"in":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000},"maxItems":4096},"out":{"type":"integer","minimum":0,"maximum":1000000},"attrs":{"type":"object","additionalProperties":{"$ref":"#/definitions/attribute"}},"free":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000}},"body":{"$ref":"#/definitions/tfjsBody"}},"required":["op","in","out"],"additionalProperties":false}},"outputs":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"value":{"type":"integer","minimum":0,"maximum":1000000}},"required":["name","value"],"additionalProperties":false}},"stateUpdates":{"type":"array","items":{"type":"object","properties":{"state":{"type":"integer","minimum":0,"maximum":1000000},"value":{"type":"integer","minimum":0,"maximum":1000000}},"required":["state","value"],"additionalProperties":false}},"parameterUpdates":{"type":"array","items":{"type":"object","properties":{"parameter":{"type":"integer","minimum":0,"maximum":1000000},"value":{"type":"integer","minimum":0,"maximum":1000000}},"required":["parameter","value"],"additionalProperties":false}}},"required":["values","steps","outputs","stateUpdates"],"additionalProperties":false};
const schema49 = {"type":["number","string","boolean","array"],"items":{"type":["number","string"]}};
const schema50 = {"type":"object","properties":{"values":{"type":"integer","minimum":0,"maximum":1000000},"steps":{"type":"array","items":{"type":"object","properties":{"op":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"in":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000},"maxItems":4096},"out":{"type":"integer","minimum":0,"maximum":1000000},"attrs":{"type":"object","additionalProperties":{"$ref":"#/definitions/attribute"}},"free":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000}}},"required":["op","in","out"],"additionalProperties":false}},"states":{"type":"array","items":{"type":"object","properties":{"sizes":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2147483647},"maxItems":16},"after":{"type":"integer","minimum":0,"maximum":1000000}},"required":["sizes","after"],"additionalProperties":false},"minItems":1,"maxItems":4096}},"required":["values","steps","states"],"additionalProperties":false};

function validate37(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.values === undefined) && (missing0 = "values")) || ((data.steps === undefined) && (missing0 = "steps"))) || ((data.states === undefined) && (missing0 = "states"))){
validate37.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "values") || (key0 === "steps")) || (key0 === "states"))){
validate37.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.values !== undefined){
let data0 = data.values;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate37.errors = [{instancePath:instancePath+"/values",schemaPath:"#/properties/values/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 1000000 || isNaN(data0)){
validate37.errors = [{instancePath:instancePath+"/values",schemaPath:"#/properties/values/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate37.errors = [{instancePath:instancePath+"/values",schemaPath:"#/properties/values/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.steps !== undefined){
let data1 = data.steps;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if((((data2.op === undefined) && (missing1 = "op")) || ((data2.in === undefined) && (missing1 = "in"))) || ((data2.out === undefined) && (missing1 = "out"))){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0,schemaPath:"#/properties/steps/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data2){
if(!(((((key1 === "op") || (key1 === "in")) || (key1 === "out")) || (key1 === "attrs")) || (key1 === "free"))){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0,schemaPath:"#/properties/steps/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.op !== undefined){
let data3 = data2.op;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data3 === "string"){
if(data3.length > 100){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/op",schemaPath:"#/properties/steps/items/properties/op/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"}];
return false;
}
else {
if(!pattern7.test(data3)){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/op",schemaPath:"#/properties/steps/items/properties/op/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_]*$"},message:"must match pattern \""+"^[a-z][a-z0-9_]*$"+"\""}];
return false;
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/op",schemaPath:"#/properties/steps/items/properties/op/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.in !== undefined){
let data4 = data2.in;
const _errs11 = errors;
if(errors === _errs11){
if(Array.isArray(data4)){
if(data4.length > 4096){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/in",schemaPath:"#/properties/steps/items/properties/in/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items"}];
return false;
}
else {
var valid3 = true;
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
const _errs13 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/in/" + i1,schemaPath:"#/properties/steps/items/properties/in/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs13){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 1000000 || isNaN(data5)){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/in/" + i1,schemaPath:"#/properties/steps/items/properties/in/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data5 < 0 || isNaN(data5)){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/in/" + i1,schemaPath:"#/properties/steps/items/properties/in/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid3 = _errs13 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/in",schemaPath:"#/properties/steps/items/properties/in/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.out !== undefined){
let data6 = data2.out;
const _errs15 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/out",schemaPath:"#/properties/steps/items/properties/out/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs15){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 1000000 || isNaN(data6)){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/out",schemaPath:"#/properties/steps/items/properties/out/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data6 < 0 || isNaN(data6)){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/out",schemaPath:"#/properties/steps/items/properties/out/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid2 = _errs15 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.attrs !== undefined){
let data7 = data2.attrs;
const _errs17 = errors;
if(errors === _errs17){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key2 in data7){
let data8 = data7[key2];
const _errs20 = errors;
const _errs21 = errors;
if((((!((typeof data8 == "number") && (isFinite(data8)))) && (typeof data8 !== "string")) && (typeof data8 !== "boolean")) && (!(Array.isArray(data8)))){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/attrs/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/attribute/type",keyword:"type",params:{type: schema49.type},message:"must be number,string,boolean,array"}];
return false;
}
if(errors === _errs21){
if(Array.isArray(data8)){
var valid6 = true;
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
let data9 = data8[i2];
const _errs23 = errors;
if((!((typeof data9 == "number") && (isFinite(data9)))) && (typeof data9 !== "string")){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/attrs/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i2,schemaPath:"#/definitions/attribute/items/type",keyword:"type",params:{type: schema49.items.type},message:"must be number,string"}];
return false;
}
var valid6 = _errs23 === errors;
if(!valid6){
break;
}
}
}
}
var valid4 = _errs20 === errors;
if(!valid4){
break;
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/attrs",schemaPath:"#/properties/steps/items/properties/attrs/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid2 = _errs17 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.free !== undefined){
let data10 = data2.free;
const _errs25 = errors;
if(errors === _errs25){
if(Array.isArray(data10)){
var valid7 = true;
const len3 = data10.length;
for(let i3=0; i3<len3; i3++){
let data11 = data10[i3];
const _errs27 = errors;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/free/" + i3,schemaPath:"#/properties/steps/items/properties/free/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs27){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 1000000 || isNaN(data11)){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/free/" + i3,schemaPath:"#/properties/steps/items/properties/free/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data11 < 0 || isNaN(data11)){
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/free/" + i3,schemaPath:"#/properties/steps/items/properties/free/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid7 = _errs27 === errors;
if(!valid7){
break;
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/steps/" + i0+"/free",schemaPath:"#/properties/steps/items/properties/free/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs25 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/steps/" + i0,schemaPath:"#/properties/steps/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/steps",schemaPath:"#/properties/steps/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.states !== undefined){
let data12 = data.states;
const _errs29 = errors;
if(errors === _errs29){
if(Array.isArray(data12)){
if(data12.length > 4096){
validate37.errors = [{instancePath:instancePath+"/states",schemaPath:"#/properties/states/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items"}];
return false;
}
else {
if(data12.length < 1){
validate37.errors = [{instancePath:instancePath+"/states",schemaPath:"#/properties/states/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid8 = true;
const len4 = data12.length;
for(let i4=0; i4<len4; i4++){
let data13 = data12[i4];
const _errs31 = errors;
if(errors === _errs31){
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
let missing2;
if(((data13.sizes === undefined) && (missing2 = "sizes")) || ((data13.after === undefined) && (missing2 = "after"))){
validate37.errors = [{instancePath:instancePath+"/states/" + i4,schemaPath:"#/properties/states/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs33 = errors;
for(const key3 in data13){
if(!((key3 === "sizes") || (key3 === "after"))){
validate37.errors = [{instancePath:instancePath+"/states/" + i4,schemaPath:"#/properties/states/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs33 === errors){
if(data13.sizes !== undefined){
let data14 = data13.sizes;
const _errs34 = errors;
if(errors === _errs34){
if(Array.isArray(data14)){
if(data14.length > 16){
validate37.errors = [{instancePath:instancePath+"/states/" + i4+"/sizes",schemaPath:"#/properties/states/items/properties/sizes/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"}];
return false;
}
else {
var valid10 = true;
const len5 = data14.length;
for(let i5=0; i5<len5; i5++){
let data15 = data14[i5];
const _errs36 = errors;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
validate37.errors = [{instancePath:instancePath+"/states/" + i4+"/sizes/" + i5,schemaPath:"#/properties/states/items/properties/sizes/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs36){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 2147483647 || isNaN(data15)){
validate37.errors = [{instancePath:instancePath+"/states/" + i4+"/sizes/" + i5,schemaPath:"#/properties/states/items/properties/sizes/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data15 < 1 || isNaN(data15)){
validate37.errors = [{instancePath:instancePath+"/states/" + i4+"/sizes/" + i5,schemaPath:"#/properties/states/items/properties/sizes/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid10 = _errs36 === errors;
if(!valid10){
break;
}
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/states/" + i4+"/sizes",schemaPath:"#/properties/states/items/properties/sizes/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid9 = _errs34 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data13.after !== undefined){
let data16 = data13.after;
const _errs38 = errors;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
validate37.errors = [{instancePath:instancePath+"/states/" + i4+"/after",schemaPath:"#/properties/states/items/properties/after/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs38){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 1000000 || isNaN(data16)){
validate37.errors = [{instancePath:instancePath+"/states/" + i4+"/after",schemaPath:"#/properties/states/items/properties/after/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data16 < 0 || isNaN(data16)){
validate37.errors = [{instancePath:instancePath+"/states/" + i4+"/after",schemaPath:"#/properties/states/items/properties/after/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid9 = _errs38 === errors;
}
else {
var valid9 = true;
}
}
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/states/" + i4,schemaPath:"#/properties/states/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid8 = _errs31 === errors;
if(!valid8){
break;
}
}
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/states",schemaPath:"#/properties/states/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs29 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate37.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate37.errors = vErrors;
return errors === 0;
}


function validate36(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.values === undefined) && (missing0 = "values")) || ((data.steps === undefined) && (missing0 = "steps"))) || ((data.outputs === undefined) && (missing0 = "outputs"))) || ((data.stateUpdates === undefined) && (missing0 = "stateUpdates"))){
validate36.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "values") || (key0 === "steps")) || (key0 === "outputs")) || (key0 === "stateUpdates")) || (key0 === "parameterUpdates"))){
validate36.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.values !== undefined){
let data0 = data.values;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate36.errors = [{instancePath:instancePath+"/values",schemaPath:"#/properties/values/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 1000000 || isNaN(data0)){
validate36.errors = [{instancePath:instancePath+"/values",schemaPath:"#/properties/values/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate36.errors = [{instancePath:instancePath+"/values",schemaPath:"#/properties/values/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.steps !== undefined){
let data1 = data.steps;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if((((data2.op === undefined) && (missing1 = "op")) || ((data2.in === undefined) && (missing1 = "in"))) || ((data2.out === undefined) && (missing1 = "out"))){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0,schemaPath:"#/properties/steps/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data2){
if(!((((((key1 === "op") || (key1 === "in")) || (key1 === "out")) || (key1 === "attrs")) || (key1 === "free")) || (key1 === "body"))){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0,schemaPath:"#/properties/steps/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.op !== undefined){
let data3 = data2.op;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data3 === "string"){
if(data3.length > 100){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/op",schemaPath:"#/properties/steps/items/properties/op/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"}];
return false;
}
else {
if(!pattern7.test(data3)){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/op",schemaPath:"#/properties/steps/items/properties/op/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_]*$"},message:"must match pattern \""+"^[a-z][a-z0-9_]*$"+"\""}];
return false;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/op",schemaPath:"#/properties/steps/items/properties/op/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.in !== undefined){
let data4 = data2.in;
const _errs11 = errors;
if(errors === _errs11){
if(Array.isArray(data4)){
if(data4.length > 4096){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/in",schemaPath:"#/properties/steps/items/properties/in/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items"}];
return false;
}
else {
var valid3 = true;
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
const _errs13 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/in/" + i1,schemaPath:"#/properties/steps/items/properties/in/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs13){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 1000000 || isNaN(data5)){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/in/" + i1,schemaPath:"#/properties/steps/items/properties/in/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data5 < 0 || isNaN(data5)){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/in/" + i1,schemaPath:"#/properties/steps/items/properties/in/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid3 = _errs13 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/in",schemaPath:"#/properties/steps/items/properties/in/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.out !== undefined){
let data6 = data2.out;
const _errs15 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/out",schemaPath:"#/properties/steps/items/properties/out/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs15){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 1000000 || isNaN(data6)){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/out",schemaPath:"#/properties/steps/items/properties/out/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data6 < 0 || isNaN(data6)){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/out",schemaPath:"#/properties/steps/items/properties/out/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid2 = _errs15 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.attrs !== undefined){
let data7 = data2.attrs;
const _errs17 = errors;
if(errors === _errs17){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key2 in data7){
let data8 = data7[key2];
const _errs20 = errors;
const _errs21 = errors;
if((((!((typeof data8 == "number") && (isFinite(data8)))) && (typeof data8 !== "string")) && (typeof data8 !== "boolean")) && (!(Array.isArray(data8)))){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/attrs/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/attribute/type",keyword:"type",params:{type: schema49.type},message:"must be number,string,boolean,array"}];
return false;
}
if(errors === _errs21){
if(Array.isArray(data8)){
var valid6 = true;
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
let data9 = data8[i2];
const _errs23 = errors;
if((!((typeof data9 == "number") && (isFinite(data9)))) && (typeof data9 !== "string")){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/attrs/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i2,schemaPath:"#/definitions/attribute/items/type",keyword:"type",params:{type: schema49.items.type},message:"must be number,string"}];
return false;
}
var valid6 = _errs23 === errors;
if(!valid6){
break;
}
}
}
}
var valid4 = _errs20 === errors;
if(!valid4){
break;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/attrs",schemaPath:"#/properties/steps/items/properties/attrs/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid2 = _errs17 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.free !== undefined){
let data10 = data2.free;
const _errs25 = errors;
if(errors === _errs25){
if(Array.isArray(data10)){
var valid7 = true;
const len3 = data10.length;
for(let i3=0; i3<len3; i3++){
let data11 = data10[i3];
const _errs27 = errors;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/free/" + i3,schemaPath:"#/properties/steps/items/properties/free/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs27){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 1000000 || isNaN(data11)){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/free/" + i3,schemaPath:"#/properties/steps/items/properties/free/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data11 < 0 || isNaN(data11)){
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/free/" + i3,schemaPath:"#/properties/steps/items/properties/free/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid7 = _errs27 === errors;
if(!valid7){
break;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/steps/" + i0+"/free",schemaPath:"#/properties/steps/items/properties/free/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs25 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.body !== undefined){
const _errs29 = errors;
if(!(validate37(data2.body, {instancePath:instancePath+"/steps/" + i0+"/body",parentData:data2,parentDataProperty:"body",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
var valid2 = _errs29 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/steps/" + i0,schemaPath:"#/properties/steps/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/steps",schemaPath:"#/properties/steps/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.outputs !== undefined){
let data13 = data.outputs;
const _errs30 = errors;
if(errors === _errs30){
if(Array.isArray(data13)){
var valid8 = true;
const len4 = data13.length;
for(let i4=0; i4<len4; i4++){
let data14 = data13[i4];
const _errs32 = errors;
if(errors === _errs32){
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
let missing2;
if(((data14.name === undefined) && (missing2 = "name")) || ((data14.value === undefined) && (missing2 = "value"))){
validate36.errors = [{instancePath:instancePath+"/outputs/" + i4,schemaPath:"#/properties/outputs/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs34 = errors;
for(const key3 in data14){
if(!((key3 === "name") || (key3 === "value"))){
validate36.errors = [{instancePath:instancePath+"/outputs/" + i4,schemaPath:"#/properties/outputs/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs34 === errors){
if(data14.name !== undefined){
let data15 = data14.name;
const _errs35 = errors;
if(errors === _errs35){
if(typeof data15 === "string"){
if(data15.length > 500){
validate36.errors = [{instancePath:instancePath+"/outputs/" + i4+"/name",schemaPath:"#/properties/outputs/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data15)){
validate36.errors = [{instancePath:instancePath+"/outputs/" + i4+"/name",schemaPath:"#/properties/outputs/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/outputs/" + i4+"/name",schemaPath:"#/properties/outputs/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid9 = _errs35 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data14.value !== undefined){
let data16 = data14.value;
const _errs37 = errors;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
validate36.errors = [{instancePath:instancePath+"/outputs/" + i4+"/value",schemaPath:"#/properties/outputs/items/properties/value/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs37){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 1000000 || isNaN(data16)){
validate36.errors = [{instancePath:instancePath+"/outputs/" + i4+"/value",schemaPath:"#/properties/outputs/items/properties/value/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data16 < 0 || isNaN(data16)){
validate36.errors = [{instancePath:instancePath+"/outputs/" + i4+"/value",schemaPath:"#/properties/outputs/items/properties/value/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid9 = _errs37 === errors;
}
else {
var valid9 = true;
}
}
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/outputs/" + i4,schemaPath:"#/properties/outputs/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid8 = _errs32 === errors;
if(!valid8){
break;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/outputs",schemaPath:"#/properties/outputs/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs30 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stateUpdates !== undefined){
let data17 = data.stateUpdates;
const _errs39 = errors;
if(errors === _errs39){
if(Array.isArray(data17)){
var valid10 = true;
const len5 = data17.length;
for(let i5=0; i5<len5; i5++){
let data18 = data17[i5];
const _errs41 = errors;
if(errors === _errs41){
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
let missing3;
if(((data18.state === undefined) && (missing3 = "state")) || ((data18.value === undefined) && (missing3 = "value"))){
validate36.errors = [{instancePath:instancePath+"/stateUpdates/" + i5,schemaPath:"#/properties/stateUpdates/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs43 = errors;
for(const key4 in data18){
if(!((key4 === "state") || (key4 === "value"))){
validate36.errors = [{instancePath:instancePath+"/stateUpdates/" + i5,schemaPath:"#/properties/stateUpdates/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs43 === errors){
if(data18.state !== undefined){
let data19 = data18.state;
const _errs44 = errors;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
validate36.errors = [{instancePath:instancePath+"/stateUpdates/" + i5+"/state",schemaPath:"#/properties/stateUpdates/items/properties/state/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs44){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 1000000 || isNaN(data19)){
validate36.errors = [{instancePath:instancePath+"/stateUpdates/" + i5+"/state",schemaPath:"#/properties/stateUpdates/items/properties/state/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data19 < 0 || isNaN(data19)){
validate36.errors = [{instancePath:instancePath+"/stateUpdates/" + i5+"/state",schemaPath:"#/properties/stateUpdates/items/properties/state/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid11 = _errs44 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data18.value !== undefined){
let data20 = data18.value;
const _errs46 = errors;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
validate36.errors = [{instancePath:instancePath+"/stateUpdates/" + i5+"/value",schemaPath:"#/properties/stateUpdates/items/properties/value/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs46){
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 > 1000000 || isNaN(data20)){
validate36.errors = [{instancePath:instancePath+"/stateUpdates/" + i5+"/value",schemaPath:"#/properties/stateUpdates/items/properties/value/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data20 < 0 || isNaN(data20)){
validate36.errors = [{instancePath:instancePath+"/stateUpdates/" + i5+"/value",schemaPath:"#/properties/stateUpdates/items/properties/value/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid11 = _errs46 === errors;
}
else {
var valid11 = true;
}
}
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/stateUpdates/" + i5,schemaPath:"#/properties/stateUpdates/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid10 = _errs41 === errors;
if(!valid10){
break;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/stateUpdates",schemaPath:"#/properties/stateUpdates/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs39 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.parameterUpdates !== undefined){
let data21 = data.parameterUpdates;
const _errs48 = errors;
if(errors === _errs48){
if(Array.isArray(data21)){
var valid12 = true;
const len6 = data21.length;
for(let i6=0; i6<len6; i6++){
let data22 = data21[i6];
const _errs50 = errors;
if(errors === _errs50){
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
let missing4;
if(((data22.parameter === undefined) && (missing4 = "parameter")) || ((data22.value === undefined) && (missing4 = "value"))){
validate36.errors = [{instancePath:instancePath+"/parameterUpdates/" + i6,schemaPath:"#/properties/parameterUpdates/items/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs52 = errors;
for(const key5 in data22){
if(!((key5 === "parameter") || (key5 === "value"))){
validate36.errors = [{instancePath:instancePath+"/parameterUpdates/" + i6,schemaPath:"#/properties/parameterUpdates/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs52 === errors){
if(data22.parameter !== undefined){
let data23 = data22.parameter;
const _errs53 = errors;
if(!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23)))){
validate36.errors = [{instancePath:instancePath+"/parameterUpdates/" + i6+"/parameter",schemaPath:"#/properties/parameterUpdates/items/properties/parameter/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs53){
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 > 1000000 || isNaN(data23)){
validate36.errors = [{instancePath:instancePath+"/parameterUpdates/" + i6+"/parameter",schemaPath:"#/properties/parameterUpdates/items/properties/parameter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data23 < 0 || isNaN(data23)){
validate36.errors = [{instancePath:instancePath+"/parameterUpdates/" + i6+"/parameter",schemaPath:"#/properties/parameterUpdates/items/properties/parameter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid13 = _errs53 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data22.value !== undefined){
let data24 = data22.value;
const _errs55 = errors;
if(!(((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24))) && (isFinite(data24)))){
validate36.errors = [{instancePath:instancePath+"/parameterUpdates/" + i6+"/value",schemaPath:"#/properties/parameterUpdates/items/properties/value/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs55){
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 > 1000000 || isNaN(data24)){
validate36.errors = [{instancePath:instancePath+"/parameterUpdates/" + i6+"/value",schemaPath:"#/properties/parameterUpdates/items/properties/value/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data24 < 0 || isNaN(data24)){
validate36.errors = [{instancePath:instancePath+"/parameterUpdates/" + i6+"/value",schemaPath:"#/properties/parameterUpdates/items/properties/value/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid13 = _errs55 === errors;
}
else {
var valid13 = true;
}
}
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/parameterUpdates/" + i6,schemaPath:"#/properties/parameterUpdates/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid12 = _errs50 === errors;
if(!valid12){
break;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/parameterUpdates",schemaPath:"#/properties/parameterUpdates/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs48 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate36.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate36.errors = vErrors;
return errors === 0;
}


function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.entries === undefined) && (missing0 = "entries")){
validate35.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "entries")){
validate35.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.entries !== undefined){
let data0 = data.entries;
const _errs2 = errors;
if(errors === _errs2){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key1 in data0){
const _errs4 = errors;
if(errors === _errs4){
if(typeof key1 === "string"){
if(key1.length > 100){
const err0 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(!pattern7.test(key1)){
const err1 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_]*$"},message:"must match pattern \""+"^[a-z][a-z0-9_]*$"+"\"",propertyName:key1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/type",keyword:"type",params:{type: "string"},message:"must be string",propertyName:key1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var valid1 = _errs4 === errors;
if(!valid1){
const err3 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate35.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data0){
const _errs7 = errors;
if(!(validate36(data0[key2], {instancePath:instancePath+"/entries/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data0,parentDataProperty:key2,rootData}))){
vErrors = vErrors === null ? validate36.errors : vErrors.concat(validate36.errors);
errors = vErrors.length;
}
var valid2 = _errs7 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate35.errors = [{instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
}
}
}
else {
validate35.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate35.errors = vErrors;
return errors === 0;
}

const pattern6 = new RegExp("^[A-Za-z0-9+/]*={0,2}$", "u");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((data.format === undefined) && (missing0 = "format")) || ((data.version === undefined) && (missing0 = "version"))) || ((data.compiler === undefined) && (missing0 = "compiler"))) || ((data.model === undefined) && (missing0 = "model"))) || ((data.parameters === undefined) && (missing0 = "parameters"))) || ((data.states === undefined) && (missing0 = "states"))) || ((data.constants === undefined) && (missing0 = "constants"))) || ((data.entries === undefined) && (missing0 = "entries"))) || ((data.targets === undefined) && (missing0 = "targets"))){
validate10.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema11.properties, key0))){
validate10.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.format !== undefined){
const _errs2 = errors;
if("msz-plan" !== data.format){
validate10.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/const",keyword:"const",params:{allowedValue: "msz-plan"},message:"must be equal to constant"}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
const _errs3 = errors;
if(4 !== data.version){
validate10.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 4},message:"must be equal to constant"}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.compiler !== undefined){
let data2 = data.compiler;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data2 === "string"){
if(data2.length > 1000){
validate10.errors = [{instancePath:instancePath+"/compiler",schemaPath:"#/properties/compiler/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/compiler",schemaPath:"#/properties/compiler/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.model !== undefined){
const _errs6 = errors;
if(!(validate11(data.model, {instancePath:instancePath+"/model",parentData:data,parentDataProperty:"model",rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.parameters !== undefined){
let data4 = data.parameters;
const _errs7 = errors;
if(errors === _errs7){
if(Array.isArray(data4)){
var valid1 = true;
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
const _errs9 = errors;
if(!(validate13(data4[i0], {instancePath:instancePath+"/parameters/" + i0,parentData:data4,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
errors = vErrors.length;
}
var valid1 = _errs9 === errors;
if(!valid1){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parameters",schemaPath:"#/properties/parameters/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.states !== undefined){
let data6 = data.states;
const _errs10 = errors;
if(errors === _errs10){
if(Array.isArray(data6)){
var valid2 = true;
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
const _errs12 = errors;
const _errs13 = errors;
if(errors === _errs13){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
let missing1;
if(((((data7.name === undefined) && (missing1 = "name")) || ((data7.dtype === undefined) && (missing1 = "dtype"))) || ((data7.shape === undefined) && (missing1 = "shape"))) || ((data7.class === undefined) && (missing1 = "class"))){
validate10.errors = [{instancePath:instancePath+"/states/" + i1,schemaPath:"#/definitions/state/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs15 = errors;
for(const key1 in data7){
if(!(((((key1 === "name") || (key1 === "dtype")) || (key1 === "shape")) || (key1 === "class")) || (key1 === "initial"))){
validate10.errors = [{instancePath:instancePath+"/states/" + i1,schemaPath:"#/definitions/state/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs15 === errors){
if(data7.name !== undefined){
let data8 = data7.name;
const _errs16 = errors;
if(errors === _errs16){
if(typeof data8 === "string"){
if(data8.length > 500){
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/name",schemaPath:"#/definitions/state/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data8)){
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/name",schemaPath:"#/definitions/state/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/name",schemaPath:"#/definitions/state/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid4 = _errs16 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.dtype !== undefined){
let data9 = data7.dtype;
const _errs18 = errors;
if(!(((data9 === "f32") || (data9 === "i32")) || (data9 === "u32"))){
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/dtype",schemaPath:"#/definitions/state/properties/dtype/enum",keyword:"enum",params:{allowedValues: schema17.properties.dtype.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid4 = _errs18 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.shape !== undefined){
let data10 = data7.shape;
const _errs19 = errors;
if(errors === _errs19){
if(Array.isArray(data10)){
if(data10.length > 16){
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/shape",schemaPath:"#/definitions/state/properties/shape/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"}];
return false;
}
else {
var valid5 = true;
const len2 = data10.length;
for(let i2=0; i2<len2; i2++){
let data11 = data10[i2];
const _errs21 = errors;
if((!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))) && (typeof data11 !== "string")){
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/shape/" + i2,schemaPath:"#/definitions/state/properties/shape/items/type",keyword:"type",params:{type: schema17.properties.shape.items.type},message:"must be integer,string"}];
return false;
}
if(errors === _errs21){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 2147483647 || isNaN(data11)){
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/shape/" + i2,schemaPath:"#/definitions/state/properties/shape/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data11 < 1 || isNaN(data11)){
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/shape/" + i2,schemaPath:"#/definitions/state/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
if(errors === _errs21){
if(typeof data11 === "string"){
if(!pattern5.test(data11)){
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/shape/" + i2,schemaPath:"#/definitions/state/properties/shape/items/pattern",keyword:"pattern",params:{pattern: "^[BTNSCEM]$"},message:"must match pattern \""+"^[BTNSCEM]$"+"\""}];
return false;
}
}
}
}
var valid5 = _errs21 === errors;
if(!valid5){
break;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/shape",schemaPath:"#/definitions/state/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid4 = _errs19 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.class !== undefined){
let data12 = data7.class;
const _errs23 = errors;
if(!(((data12 === "constant") || (data12 === "growing")) || (data12 === "training"))){
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/class",schemaPath:"#/definitions/state/properties/class/enum",keyword:"enum",params:{allowedValues: schema17.properties.class.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid4 = _errs23 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data7.initial !== undefined){
let data13 = data7.initial;
const _errs24 = errors;
if(!((typeof data13 == "number") && (isFinite(data13)))){
validate10.errors = [{instancePath:instancePath+"/states/" + i1+"/initial",schemaPath:"#/definitions/state/properties/initial/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid4 = _errs24 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/states/" + i1,schemaPath:"#/definitions/state/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid2 = _errs12 === errors;
if(!valid2){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/states",schemaPath:"#/properties/states/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.constants !== undefined){
let data14 = data.constants;
const _errs26 = errors;
if(errors === _errs26){
if(Array.isArray(data14)){
var valid6 = true;
const len3 = data14.length;
for(let i3=0; i3<len3; i3++){
let data15 = data14[i3];
const _errs28 = errors;
const _errs29 = errors;
if(errors === _errs29){
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
let missing2;
if((((data15.dtype === undefined) && (missing2 = "dtype")) || ((data15.shape === undefined) && (missing2 = "shape"))) || ((data15.data === undefined) && (missing2 = "data"))){
validate10.errors = [{instancePath:instancePath+"/constants/" + i3,schemaPath:"#/definitions/constant/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs31 = errors;
for(const key2 in data15){
if(!(((key2 === "dtype") || (key2 === "shape")) || (key2 === "data"))){
validate10.errors = [{instancePath:instancePath+"/constants/" + i3,schemaPath:"#/definitions/constant/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs31 === errors){
if(data15.dtype !== undefined){
let data16 = data15.dtype;
const _errs32 = errors;
if(!(((data16 === "f32") || (data16 === "i32")) || (data16 === "u32"))){
validate10.errors = [{instancePath:instancePath+"/constants/" + i3+"/dtype",schemaPath:"#/definitions/constant/properties/dtype/enum",keyword:"enum",params:{allowedValues: schema18.properties.dtype.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid8 = _errs32 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data15.shape !== undefined){
let data17 = data15.shape;
const _errs33 = errors;
if(errors === _errs33){
if(Array.isArray(data17)){
if(data17.length > 16){
validate10.errors = [{instancePath:instancePath+"/constants/" + i3+"/shape",schemaPath:"#/definitions/constant/properties/shape/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"}];
return false;
}
else {
var valid9 = true;
const len4 = data17.length;
for(let i4=0; i4<len4; i4++){
let data18 = data17[i4];
const _errs35 = errors;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
validate10.errors = [{instancePath:instancePath+"/constants/" + i3+"/shape/" + i4,schemaPath:"#/definitions/constant/properties/shape/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs35){
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 2147483647 || isNaN(data18)){
validate10.errors = [{instancePath:instancePath+"/constants/" + i3+"/shape/" + i4,schemaPath:"#/definitions/constant/properties/shape/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data18 < 1 || isNaN(data18)){
validate10.errors = [{instancePath:instancePath+"/constants/" + i3+"/shape/" + i4,schemaPath:"#/definitions/constant/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid9 = _errs35 === errors;
if(!valid9){
break;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/constants/" + i3+"/shape",schemaPath:"#/definitions/constant/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid8 = _errs33 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data15.data !== undefined){
let data19 = data15.data;
const _errs37 = errors;
if(errors === _errs37){
if(typeof data19 === "string"){
if(!pattern6.test(data19)){
validate10.errors = [{instancePath:instancePath+"/constants/" + i3+"/data",schemaPath:"#/definitions/constant/properties/data/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]*={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]*={0,2}$"+"\""}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/constants/" + i3+"/data",schemaPath:"#/definitions/constant/properties/data/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid8 = _errs37 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/constants/" + i3,schemaPath:"#/definitions/constant/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid6 = _errs28 === errors;
if(!valid6){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/constants",schemaPath:"#/properties/constants/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs26 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.entries !== undefined){
let data20 = data.entries;
const _errs39 = errors;
if(errors === _errs39){
if(Array.isArray(data20)){
var valid10 = true;
const len5 = data20.length;
for(let i5=0; i5<len5; i5++){
const _errs41 = errors;
if(!(validate15(data20[i5], {instancePath:instancePath+"/entries/" + i5,parentData:data20,parentDataProperty:i5,rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
var valid10 = _errs41 === errors;
if(!valid10){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs39 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.training !== undefined){
const _errs42 = errors;
if(!(validate17(data.training, {instancePath:instancePath+"/training",parentData:data,parentDataProperty:"training",rootData}))){
vErrors = vErrors === null ? validate17.errors : vErrors.concat(validate17.errors);
errors = vErrors.length;
}
var valid0 = _errs42 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.targets !== undefined){
let data23 = data.targets;
const _errs43 = errors;
if(errors === _errs43){
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if(Object.keys(data23).length < 1){
validate10.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/properties/targets/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties"}];
return false;
}
else {
const _errs45 = errors;
for(const key3 in data23){
if(!(((key3 === "wgsl") || (key3 === "cuda")) || (key3 === "tfjs"))){
validate10.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/properties/targets/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs45 === errors){
if(data23.wgsl !== undefined){
const _errs46 = errors;
if(!(validate19(data23.wgsl, {instancePath:instancePath+"/targets/wgsl",parentData:data23,parentDataProperty:"wgsl",rootData}))){
vErrors = vErrors === null ? validate19.errors : vErrors.concat(validate19.errors);
errors = vErrors.length;
}
var valid11 = _errs46 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data23.cuda !== undefined){
const _errs47 = errors;
if(!(validate25(data23.cuda, {instancePath:instancePath+"/targets/cuda",parentData:data23,parentDataProperty:"cuda",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
var valid11 = _errs47 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data23.tfjs !== undefined){
const _errs48 = errors;
if(!(validate35(data23.tfjs, {instancePath:instancePath+"/targets/tfjs",parentData:data23,parentDataProperty:"tfjs",rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid11 = _errs48 === errors;
}
else {
var valid11 = true;
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/properties/targets/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs43 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}

export const matchesSchema: SchemaCheck = validate10;
